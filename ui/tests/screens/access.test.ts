import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { closeBrowser, openWindow, settled, tryOne, waitForTrials, type Theme } from "./window";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
afterAll(closeBrowser);

/** What axe finds serious or critical. */
async function faults(page: Page): Promise<string[]> {
  // Through the debugger, which the window's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any.map((check) => check.message).join(" ").slice(0, 160)}`));
}

const unfold = (page: Page) => page.locator("details > summary", { hasText: "Advanced plan" }).click();

const saveAs = async (page: Page) => {
  await page.getByRole("button", { name: "Save as …" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem").first().waitFor();
};

const choose = async (page: Page, count: number) => {
  for (let at = 0; at < count; at += 1) await page.getByRole("checkbox", { name: /^Choose .* to compare/ }).nth(at).check();
};

const STATES: { name: string; hash: string; world?: string; ready: string; act?: (page: Page) => Promise<unknown> }[] = [
  { name: "bench", hash: "/bench", ready: ".bar" },
  { name: "bench unfolded", hash: "/bench", ready: ".bar", act: unfold },
  { name: "bench without Docker", hash: "/bench", world: "down", ready: ".bar" },
  { name: "bench without workloads", hash: "/bench", world: "empty", ready: "h2" },
  { name: "bench loading", hash: "/bench", world: "slow", ready: "[role=status]" },
  { name: "adding", hash: "/bench", ready: ".bar", act: (page) => page.getByRole("button", { name: "Add a workload" }).click() },
  { name: "answers that differ", hash: "/bench", ready: ".bar", act: (page) => tryOne(page, "/carts/differ") },
  { name: "answers to six requests", hash: "/bench", ready: ".bar", act: (page) => tryOne(page, "/carts/1", 6) },
  { name: "choosing an image", hash: "/bench", ready: ".bar", act: async (page) => { await page.getByRole("button", { name: "Add a workload" }).press("Enter"); await page.getByLabel("Image", { exact: true }).press("ArrowDown"); await page.getByRole("option").first().waitFor(); } },
  { name: "race", hash: "/bench", ready: ".bar", act: async (page) => { await page.getByRole("button", { name: "Start" }).click(); await waitForTrials(page, 4); } },
  { name: "run", hash: "/run/r1", ready: "[data-chart=size] canvas" },
  { name: "run being saved", hash: "/run/r1", ready: "[data-chart=size] canvas", act: saveAs },
  { name: "run saved", hash: "/run/r1", ready: "[data-chart=size] canvas", act: async (page) => { await saveAs(page); await page.keyboard.press("Enter"); await page.getByText("Saved as").waitFor(); } },
  { name: "run at fault", hash: "/run/broken.json", ready: "[role=alert]" },
  { name: "history", hash: "/history", ready: "search" },
  { name: "history empty", hash: "/history", world: "empty", ready: "h2" },
  { name: "history at fault", hash: "/history", world: "broken", ready: "[role=alert]" },
  { name: "history with runs chosen", hash: "/history", ready: "search", act: (page) => choose(page, 2) },
  { name: "compare", hash: "/compare/r1/r2", ready: "[data-chart=overlay-ecdf] canvas" },
  { name: "compare being saved", hash: "/compare/r1/r2", ready: "[data-chart=overlay-ecdf] canvas", act: saveAs },
  { name: "compare many", hash: "/compare/r1/r2/r4/r6", ready: "[data-chart=overlay-ecdf] canvas" },
  { name: "compare nothing", hash: "/compare", ready: "h2" },
  { name: "compare at fault", hash: "/compare/r1/gone", ready: "[role=alert]" },
  { name: "compare loading", hash: "/compare/r1/r2", world: "slow", ready: "[role=status]" },
  { name: "doctor", hash: "/doctor", ready: "p.verdict" },
  { name: "doctor without Docker", hash: "/doctor", world: "down", ready: "p.verdict" },
  { name: "palette", hash: "/run/r1", ready: "[data-chart=size] canvas", act: async (page) => { await page.keyboard.press("Control+k"); await page.waitForSelector("[role=option]"); } },
];

describe.each(["light", "dark"] as Theme[])("in %s", (theme) => {
  test.each(STATES)("axe finds nothing serious: $name", async ({ hash, world, ready, act, name }) => {
    const { page, complaints, close } = await openWindow({ hash, theme, still: true, ...(world ? { world } : {}) });
    await page.waitForSelector(ready);
    await act?.(page);
    if (name !== "race") await settled(page);
    await page.screenshot({ path: `screenshots/state-${name.replaceAll(" ", "-")}-${theme}.png` });
    expect(await faults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});
