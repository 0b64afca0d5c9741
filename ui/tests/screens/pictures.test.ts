import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeBrowser, drop, openWindow, overflow, settled, SIZES, tryOne, waitForTrials, type Size, type Theme } from "./window";
import type { Page } from "playwright-core";

async function race(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start" }).click();
  await waitForTrials(page, 8);
}

async function theApi(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "json-api" }).click();
}

async function chooseImage(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a workload" }).press("Enter");
  await page.getByLabel("Image", { exact: true }).press("ArrowDown");
  await page.getByRole("option").first().waitFor();
}

async function edit(page: Page): Promise<void> {
  await tryOne(page);
  await page.getByRole("button", { name: "This is right" }).press("Enter");
  await page.getByRole("button", { name: "Edit cart" }).press("Enter");
  await page.getByRole("heading", { name: "Edit cart" }).waitFor();
}

async function refuse(page: Page): Promise<void> {
  await drop(page, ["/home/somebody/shop/cart.wasm", "/home/somebody/shop/notes about the cart.txt"]);
  await page.getByRole("list", { name: "What could not be used" }).waitFor();
}

const SCREENS: { name: string; hash: string; world?: string; ready: string; act?: (page: Page) => Promise<void> }[] = [
  { name: "bench", hash: "/bench", ready: ".bar" },
  { name: "adding", hash: "/bench", ready: ".bar", act: (page) => page.getByRole("button", { name: "Add a workload" }).click() },
  { name: "answers", hash: "/bench", ready: ".bar", act: (page) => tryOne(page) },
  { name: "answers-differ", hash: "/bench", ready: ".bar", act: (page) => tryOne(page, "/carts/differ") },
  { name: "answers-of-six", hash: "/bench", ready: ".bar", act: (page) => tryOne(page, "/carts/1", 6) },
  { name: "answers-fail", hash: "/bench", ready: ".bar", act: (page) => tryOne(page, "/carts/fail") },
  { name: "images", hash: "/bench", ready: ".bar", act: chooseImage },
  { name: "images-stopped", hash: "/bench", world: "down", ready: ".bar", act: (page) => page.getByRole("button", { name: "Add a workload" }).press("Enter") },
  { name: "editing", hash: "/bench", ready: ".bar", act: edit },
  { name: "dropped", hash: "/bench", ready: ".bar", act: refuse },
  { name: "race", hash: "/bench", ready: ".bar", act: race },
  { name: "run", hash: "/run/r1", ready: "[data-chart=size] canvas" },
  { name: "history", hash: "/history", ready: "search" },
  { name: "compare", hash: "/compare/r1/r2", ready: "[data-chart=overlay-ecdf] canvas", act: theApi },
  { name: "compare-many", hash: "/compare/r1/r2/r4/r6", ready: "[data-chart=overlay-ecdf] canvas", act: theApi },
  { name: "doctor", hash: "/doctor", ready: "p.verdict" },
];

beforeAll(() => mkdirSync("screenshots", { recursive: true }));
afterAll(closeBrowser);

describe.each(Object.keys(SIZES) as Size[])("in a %s window", (size) => {
  describe.each(["light", "dark"] as Theme[])("in %s", (theme) => {
    test.each(SCREENS)("$name fits, and nothing complains", async ({ name, hash, world, ready, act }) => {
      const { page, complaints, close } = await openWindow({ hash, size, theme, ...(world ? { world } : {}) });
      await page.waitForSelector(ready);
      await act?.(page);
      if (name !== "race") await settled(page);
      await page.screenshot({ path: `screenshots/${name}-${size}-${theme}.png`, fullPage: name === "run" || name.startsWith("answers") || name.startsWith("compare") });
      expect(await overflow(page)).toEqual({ sideways: 0, clipped: [] });
      expect(complaints).toEqual([]);
      await close();
    });
  });
});
