import { ask, type Ask, type Asking, type Comparing, type Picture } from "../platform";
import { theme } from "./theme.svelte";
import { toasts } from "./toasts.svelte";

async function copy(request: Ask, said: string): Promise<void> {
  try {
    await ask(request, "done");
    toasts.say(said, { tone: "good" });
  } catch (error) {
    toasts.error(error);
  }
}

export function copyText(text: string): Promise<void> {
  return copy({ ask: "copy_text", text }, "Copied");
}

export function copyChart(run: string, workload: string, chart: string, format: Picture): Promise<void> {
  return copy({ ask: "copy_chart", run, workload, chart, format, theme: theme.now }, `Chart copied as ${format.toUpperCase()}`);
}

/** The table as it is shown: against this lane, or against the usual one. */
export function copyTable(run: string, workload: string, baseline: string | null): Promise<void> {
  return copy({ ask: "copy_table", run, workload, baseline }, "Table copied as Markdown");
}

/** A chart of runs against a base run, as a workload's view shows it. */
export function copyComparedChart(which: Omit<Asking<"copy_compared_chart">, "ask" | "format" | "theme">, format: Picture): Promise<void> {
  return copy({ ask: "copy_compared_chart", ...which, format, theme: theme.now }, `Chart copied as ${format.toUpperCase()}`);
}

export function copyCompared(what: Comparing): Promise<void> {
  return copy({ ask: "copy_compared", what }, "Comparison copied as Markdown");
}
