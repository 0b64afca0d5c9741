import { chromium, type Browser, type Page } from "playwright-core";
import { inject } from "vitest";

export const SIZES = { small: { width: 900, height: 600 }, middle: { width: 1000, height: 700 }, usual: { width: 1280, height: 800 }, large: { width: 2560, height: 1440 } };
export type Size = keyof typeof SIZES;
export type Theme = "light" | "dark";

let browser: Browser | undefined;

export interface Opened { page: Page; complaints: string[]; close: () => Promise<void> }

interface How { world?: string; hash?: string; size?: Size; theme?: Theme; still?: boolean }

/** A fresh window. Every breach of the policy and every error on the console is a complaint. */
export async function openWindow({ world = "usual", hash = "/bench", size = "usual", theme = "light", still = false }: How = {}): Promise<Opened> {
  browser ??= await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  // axe is brought in by the test itself, after the policy has had its say on everything of the app's.
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, reducedMotion: still ? "reduce" : "no-preference" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(`${inject("address")}?mock=${world}#${hash}`);
  return { page, complaints, close: () => context.close() };
}

/** Waits until two pictures in a row are the same: the charts are drawn, and nothing glides any more. */
export async function settled(page: Page): Promise<void> {
  const until = Date.now() + 30_000;
  const shot = () => page.screenshot({ animations: "disabled" });
  for (let before = await shot(); Date.now() < until; ) {
    const now = await shot();
    if (now.equals(before)) return;
    before = now;
  }
  throw new Error("the page does not come to rest");
}

/** How many trials the page has shown. */
export async function shownTrials(page: Page): Promise<number> {
  return page.evaluate(() => Number.parseInt(document.querySelector(".figures b")?.textContent ?? "0", 10));
}

/** Waits until the page has shown so many trials of a bench that goes on. */
export async function waitForTrials(page: Page, least: number): Promise<void> {
  await page.waitForFunction((least) => Number.parseInt(document.querySelector(".figures b")?.textContent ?? "0", 10) >= least, least);
}

/** Tells of a workload of one's own and tries it, by keyboard alone. */
export async function tryOne(page: Page, path = "/carts/17", requests = 1): Promise<void> {
  await page.getByRole("button", { name: "Add a workload" }).press("Enter");
  await page.getByLabel("Image", { exact: true }).fill("registry.example/shop/cart:1.4");
  await page.getByLabel("WebAssembly file").fill("/home/somebody/shop/cart.wasm");
  await page.getByLabel("Path", { exact: true }).fill(path);
  for (let at = 2; at <= requests; at += 1) {
    await page.getByRole("button", { name: "Add a request" }).press("Enter");
    await page.keyboard.type(at === 3 ? "/carts/differ?with=everything&that=belongs&to=it" : `/carts/${at}`);
    await page.getByLabel(`Weight of request ${at}`).fill(String(at * 10));
  }
  await page.getByLabel("WebAssembly file").focus();
  await page.getByText("A component, 141 KiB").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Answers", exact: true }).waitFor();
}

/** Drops files as only the app's window can. */
export async function drop(page: Page, paths: string[]): Promise<void> {
  await page.evaluate((paths) => (globalThis as unknown as { plimsollPush: (push: object) => void }).plimsollPush({ push: "dropped", paths }), paths);
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** How far the page can be scrolled sideways, and what is cut off though it should not be. */
export async function overflow(page: Page): Promise<{ sideways: number; clipped: string[] }> {
  return page.evaluate(() => {
    const clipped: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>("h1, h2, h3, p, button, th, td, label, summary, li")) {
      if (element.closest(".hidden, .toasts, .scroll, .race, header h1")) continue;
      const { right, width } = element.getBoundingClientRect();
      if (width > 0 && right > document.documentElement.clientWidth + 1) clipped.push(element.textContent?.trim().slice(0, 60) ?? "");
    }
    return { sideways: Math.max(0, document.documentElement.scrollWidth - window.innerWidth), clipped };
  });
}
