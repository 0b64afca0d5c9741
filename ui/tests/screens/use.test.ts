import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { closeBrowser, openWindow, overflow, settled, shownTrials, tryOne, waitForTrials } from "./window";

afterAll(closeBrowser);

test("Enter alone starts a bench, and its end opens the run", async () => {
  const { page, complaints, close } = await openWindow({ world: "fast" });
  await page.waitForSelector(".bar");
  await page.getByText(/^about/).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Cancel" }).waitFor();
  await page.getByText("about 980 times sooner").first().waitFor({ timeout: 20_000 });
  expect(await page.evaluate(() => location.hash)).toBe("#/run/r2");
  const asked = await page.evaluate(() => (globalThis as unknown as { plimsollAsked: { ask: string }[] }).plimsollAsked.map((request) => request.ask));
  expect(asked.slice(0, asked.indexOf("open")).filter((request) => request === "drawn").length).toBeGreaterThan(20);
  expect(complaints).toEqual([]);
  await close();
});

test("nothing moves while a bench runs", async () => {
  const { page, close } = await openWindow({ world: "fast" });
  await page.waitForSelector(".bar");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".race canvas, [data-chart=distribution]");
  await waitForTrials(page, 2);
  const places = () => page.evaluate(() => [...document.querySelectorAll(".race .track, .race .median, header button, [data-chart], #notices")].map((element) => {
    const { x, y, width } = element.getBoundingClientRect();
    return element.matches(".median") ? [Math.round(y)] : [Math.round(x), Math.round(y), Math.round(width)];
  }));
  const before = await places();
  for (let look = 0; look < 6; look += 1) {
    await waitForTrials(page, (await shownTrials(page)) + 1);
    expect(await places()).toEqual(before);
  }
  await close();
});

test("a bench can be left and come back to, and cancelled from elsewhere", async () => {
  const { page, complaints, close } = await openWindow();
  await page.waitForSelector(".bar");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".race");
  await page.keyboard.press("Control+4");
  await page.getByRole("complementary", { name: "Benchmark running" }).waitFor();
  await page.getByRole("button", { name: "Watch" }).click();
  await page.waitForSelector(".race");
  await page.keyboard.press("Control+3");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Open the run" }).click();
  await page.getByText("about 980 times sooner").first().waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test("the palette does everything by keyboard", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/run/r1" });
  await page.waitForSelector("[data-chart=size] canvas");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("doctor");
  await page.keyboard.press("Enter");
  await page.waitForSelector("p.verdict");
  expect(complaints).toEqual([]);
  await close();
});

test("an empty field shows what the chosen preset takes", async () => {
  const { page, close } = await openWindow();
  await page.waitForSelector(".bar");
  await page.locator("summary", { hasText: "Advanced plan" }).click();
  const usual = () => page.getByLabel("Cold starts in each arm").getAttribute("placeholder");
  expect(await usual()).toBe("12");
  await page.getByRole("radio", { name: "Rigorous" }).check({ force: true });
  expect(await usual()).toBe("50");
  await close();
});

test("a fault of the form stands at its field and blocks the start", async () => {
  const { page, close } = await openWindow();
  await page.waitForSelector(".bar");
  await page.locator("summary", { hasText: "Advanced plan" }).click();
  await page.getByLabel("Rate").fill("fast");
  await page.locator(".field p.fault").waitFor();
  expect(await page.locator(".field p.fault").textContent()).toContain("`1000/s`".replaceAll("`", ""));
  expect(await page.getByRole("button", { name: "Start" }).isDisabled()).toBe(true);
  await close();
});

test("a deleted run comes back with undo", async () => {
  const { page, close } = await openWindow({ hash: "/history" });
  const row = page.getByText("Before the move to Wasm");
  await row.waitFor();
  await page.getByRole("button", { name: "Delete Before the move to Wasm" }).click();
  await row.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await row.waitFor();
  await close();
});

test("a dropped broken file says so", async () => {
  const { page, complaints, close } = await openWindow();
  await page.waitForSelector(".bar");
  await page.evaluate(() => (globalThis as unknown as { plimsollPush: (push: object) => void }).plimsollPush({ push: "dropped", paths: ["/tmp/broken.json"] }));
  expect(await page.getByRole("alert").textContent()).toContain("is not a run file");
  expect(complaints).toEqual([]);
  await close();
});

test.each(["/bench", "/run/r1", "/history", "/compare/r1/r2"])("hostile names are text on %s", async (hash) => {
  const { page, complaints, close } = await openWindow({ hash, world: "hostile", size: "small" });
  await page.getByText("<img src=x").first().waitFor();
  await settled(page);
  await page.screenshot({ path: `screenshots/hostile${hash.replaceAll("/", "-")}.png` });
  expect(await page.title()).toBe("Plimsoll");
  expect(await page.locator("img[src=x]").count()).toBe(0);
  expect((await overflow(page)).sideways).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test("ten thousand runs are there and searched at once", async () => {
  const { page, close } = await openWindow({ hash: "/history", world: "many" });
  await page.waitForSelector("search");
  const began = await page.evaluate(() => performance.now());
  await page.keyboard.press("/");
  await page.keyboard.type("r9999");
  await page.getByText("r9999", { exact: true }).waitFor();
  const took = (await page.evaluate(() => performance.now())) - began;
  expect(took).toBeLessThan(5000);
  expect(await page.locator("ul[aria-label=Runs] > li").count()).toBe(1);
  await close();
});

test("help and chart tips open without a breach of the policy", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/run/r1" });
  await page.waitForSelector("[data-chart=waterfall] canvas");
  await page.getByRole("button", { name: /What Start-up of hello/ }).focus();
  await page.getByText("the share of each phase").first().waitFor();
  const canvas = page.locator("[data-chart=waterfall] canvas");
  await canvas.hover({ position: { x: 200, y: 40 } });
  await page.locator(".chart-tip").waitFor();
  expect(await page.locator(".chart-tip").textContent()).toContain("docker");
  expect(complaints).toEqual([]);
  await close();
});

test("runs are chosen in the history, compared, and swapped", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/history" });
  await page.waitForSelector("search");
  const boxes = page.getByRole("checkbox", { name: /^Choose .* to compare/ });
  await boxes.nth(0).focus();
  await page.keyboard.press("Space");
  expect(await page.getByRole("button", { name: "Compare" }).isDisabled()).toBe(true);
  await boxes.nth(2).check();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.waitForSelector("[data-chart=overlay-ecdf] canvas");
  expect(await page.evaluate(() => location.hash)).toBe("#/compare/r1/r3");
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Run r1 against run r3");
  await page.getByRole("button", { name: "Swap base and new" }).click();
  await page.getByRole("heading", { level: 1, name: "Run r3 against run r1" }).waitFor();
  await page.getByLabel("The workload itself has changed").check();
  await page.getByLabel("Charts of").selectOption("docker");
  await page.getByRole("heading", { name: /in docker$/ }).first().waitFor();
  const asked = await page.evaluate(() => (globalThis as unknown as { plimsollAsked: { ask: string; what?: object }[] }).plimsollAsked.filter((request) => request.ask === "compare").at(-1));
  expect(asked).toEqual({ ask: "compare", what: { runs: ["r1", "r3"], base: "r1", changed_files: true }, shown: null });
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Run r1 against run r3" }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test("of many runs each has a row that shows its figures", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/compare/r1/r2/r4/r6" });
  await page.getByRole("heading", { level: 1, name: "3 runs against run r6" }).waitFor();
  await page.getByRole("button", { name: "Show the figures of r2" }).click();
  await page.getByRole("heading", { name: "hello: r2 against r6" }).waitFor();
  await page.getByRole("combobox", { name: "Base" }).selectOption("r2");
  await page.getByRole("heading", { level: 1, name: "3 runs against run r2" }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test("the palette compares the open run with another one", async () => {
  const { page, close } = await openWindow({ hash: "/run/r1" });
  await page.waitForSelector("[data-chart=size] canvas");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Compare with r3");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Run r1 against run r3" }).waitFor();
  await close();
});

const asked = (page: Page, kind: string) => page.evaluate((kind) => (globalThis as unknown as { plimsollAsked: { ask: string }[] }).plimsollAsked.filter((request) => request.ask === kind), kind);

test("a run is saved by keyboard, a name that is taken gets a number, and its folder is opened", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/run/r1" });
  await page.waitForSelector("[data-chart=size] canvas");
  const button = page.getByRole("button", { name: "Save as …" });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  expect(await page.getByRole("menuitem").last().textContent()).toContain(".plimsoll");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
  const typed = async () => {
    await page.keyboard.type("Mark");
    await page.locator("[role=menuitem][data-highlighted]", { hasText: "Markdown tables" }).waitFor();
    await page.keyboard.press("Enter");
  };
  const clicked = () => page.getByRole("menuitem", { name: "Markdown tables" }).click();
  for (const [name, choose] of [["r1.md", typed], ["r1 (2).md", clicked]] as const) {
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await choose();
    await page.getByText(`/home/somebody/Downloads/${name}`, { exact: true }).waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  }
  const messages = page.getByRole("status", { name: "Messages" });
  await messages.getByRole("button", { name: "Open folder" }).last().click();
  expect(await asked(page, "reveal_saved")).toEqual([{ ask: "reveal_saved", saved: 1 }]);
  expect(await asked(page, "export")).toEqual(Array(2).fill({ ask: "export", run: "r1", form: "markdown", baseline: null }));
  expect(complaints).toEqual([]);
  await close();
});

test("a capsule whose workloads are gone says what helps", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/run/r3", size: "small" });
  await page.waitForSelector("[data-chart=size] canvas");
  await page.getByRole("button", { name: "Save as …" }).click();
  await page.getByRole("menu").waitFor();
  await settled(page);
  const { y, height } = await page.getByRole("menu").evaluate((menu) => menu.getBoundingClientRect());
  expect(y).toBeGreaterThan(0);
  expect(y + height).toBeLessThan(600);
  expect((await overflow(page)).sideways).toBe(0);
  await page.screenshot({ path: "screenshots/run-saving-small.png" });
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const messages = page.getByRole("status", { name: "Messages" });
  await messages.getByText("Capsule without workloads", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test("a comparison is saved, and its charts are copied as they are shown", async () => {
  const { page, complaints, close } = await openWindow({ hash: "/compare/r1/r2" });
  await page.waitForSelector("[data-chart=overlay-ecdf] canvas");
  await page.getByRole("button", { name: "Save as …" }).click();
  await page.getByRole("menuitem", { name: "HTML page" }).click();
  await page.getByText("/home/somebody/Downloads/r1-against-r2.html").waitFor();
  const what = { runs: ["r1", "r2"], base: null, changed_files: false };
  expect(await asked(page, "export_compared")).toEqual([{ ask: "export_compared", what, form: "html" }]);
  await page.getByLabel("Charts of").selectOption("docker");
  await page.getByRole("button", { name: /in docker: copy as PNG$/ }).first().click();
  await page.getByText("Chart copied as PNG").waitFor();
  const copied = { ask: "copy_compared_chart", what, shown: "r1", workload: "hello", lane: "docker", chart: "overlay-ecdf", format: "png", theme: "light" };
  expect(await asked(page, "copy_compared_chart")).toEqual([copied]);
  expect(complaints).toEqual([]);
  await close();
});

test("the palette saves the open run and the comparison", async () => {
  const { page, close } = await openWindow({ hash: "/run/r1" });
  await page.waitForSelector("[data-chart=size] canvas");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Save as …: HTML");
  await page.keyboard.press("Enter");
  await page.getByText("/home/somebody/Downloads/r1.html").waitFor();
  await page.evaluate(() => { location.hash = "#/compare/r1/r2"; });
  await page.waitForSelector("[data-chart=overlay-ecdf] canvas");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Save the comparison as …: Figures as JSON");
  await page.keyboard.press("Enter");
  await page.getByText("/home/somebody/Downloads/r1-against-r2.json").waitFor();
  await close();
});

test("a workload of one's own is tried, added, removed and brought back", async () => {
  const { page, complaints, close } = await openWindow();
  await page.waitForSelector(".bar");
  await tryOne(page);
  expect(await page.getByRole("article").count()).toBe(4);
  await page.getByRole("button", { name: "This is right" }).press("Enter");
  const card = page.getByRole("checkbox", { name: "cart" });
  await card.waitFor();
  expect(await card.isChecked()).toBe(true);
  await settled(page);
  await page.screenshot({ path: "screenshots/bench-with-yours.png" });
  await page.getByRole("button", { name: "Duplicate cart" }).press("Enter");
  await page.getByRole("heading", { name: "A copy of cart" }).waitFor();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("cart-2");
  await page.getByRole("button", { name: "Close" }).press("Enter");
  await page.getByRole("button", { name: "Remove cart" }).press("Enter");
  await card.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await card.waitFor();
  expect(complaints).toEqual([]);
  await close();
});
