import { toasts } from "./toasts.svelte";

/** Where what went wrong in the page stands, for whoever looks at it from outside. */
const MARK = "faults";

function met(what: string): void {
  const { dataset } = document.documentElement;
  dataset[MARK] = [dataset[MARK], what].filter(Boolean).join("\n");
  toasts.say("Something went wrong in this window", { tone: "problem", hint: `\`${what}\`: if it stays, start the app anew` });
}

/** What nobody caught, and what the content policy refused, is told instead of hidden in a console. */
export function watchForFaults(): void {
  window.addEventListener("error", (event) => met(event.message || "a file of the app is missing"), true);
  window.addEventListener("unhandledrejection", (event) => met(String(event.reason)));
  document.addEventListener("securitypolicyviolation", (event) => met(`${event.effectiveDirective}: ${event.blockedURI || "inline"}`));
}
