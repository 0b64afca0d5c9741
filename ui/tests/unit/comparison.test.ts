import { cleanup, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { optionOf } from "../../src/components/chart/option";
import { standIn } from "../../src/platform";
import { actions } from "../../src/state/actions.svelte";
import { comparison } from "../../src/state/comparison.svelte";
import { around, byWorkload, whats } from "../../src/state/document";
import { place } from "../../src/state/place.svelte";
import CompareWithTips from "./CompareWithTips.svelte";
import { app } from "./answers";
import { stand } from "./stand";

// The app's own answer, on the page that shows it.

const view = app.compared.is;
const workloads = [...byWorkload(view.document)];
const GROUND = { paper: "#ffffff", ink: "#000000", muted: "#555555", line: "#dddddd", font: "sans-serif", fontSize: 13, width: 600 };

beforeEach(() => {
  comparison.clear();
  comparison.view.clear();
});
afterEach(cleanup);

test("what came out, both runs, the figures and what is to be known are told", async () => {
  standIn(stand({ compare: app.compared }).platform);
  place.compare([view.base.run, view.news[0]?.run ?? ""]);
  render(CompareWithTips);
  await screen.findByRole("heading", { level: 1, name: view.document.title });
  const sides = screen.getByRole("region", { name: "The runs" });
  expect(within(sides).getByText(view.base.name ?? "")).toBeTruthy();
  const [, blocks = []] = workloads[0] ?? [];
  const [[said], [table]] = [whats(blocks, "headline"), whats(blocks, "table")];
  if (!said || !table) throw new Error("no figures");
  expect(screen.getByRole("heading", { level: 2, name: said.heading })).toBeTruthy();
  expect(screen.getAllByRole("rowheader")).toHaveLength(table.rows.length);
  expect(screen.getAllByText(table.rows[0]?.entries.at(-1)?.main ?? "").length).toBeGreaterThan(0);
  for (const remarks of whats(around(view.document).flatMap((section) => section.blocks), "remarks")) expect(screen.getByText(remarks.heading)).toBeTruthy();
});

test("the base is drawn fainter and hollow, the new run whole", () => {
  const specs = workloads.flatMap(([, blocks]) => whats(blocks, "charts").flat().map((chart) => chart.spec)).filter((spec) => spec.empty === null);
  expect(new Set(specs.map((spec) => spec.slug))).toEqual(new Set(["overlay-ecdf", "overlay-latency"]));
  for (const spec of specs) {
    const { series } = optionOf(spec, "light", GROUND) as unknown as { series: { lineStyle?: { opacity: number; type: string }; itemStyle: { color: string } }[] };
    spec.series.forEach((one, at) => {
      const drawn = series[at + 1];
      if (one.mark === "points") expect(drawn?.itemStyle.color === GROUND.paper).toBe(one.fill === "open");
      else expect((drawn?.lineStyle?.opacity ?? 1) < 1).toBe(one.fill === "open");
    });
  }
});

test("two runs are swapped, and the answer's base is asked for", async () => {
  const { platform, asked } = stand({ compare: app.compared });
  standIn(platform);
  await comparison.show(["a", "b"]);
  comparison.swap();
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]).toEqual({ ask: "compare", shown: null, what: { runs: ["a", "b"], base: view.news[0]?.run, changed_files: false } });
});

test("other runs begin anew, the same ones keep their base", async () => {
  const { platform, asked } = stand({ compare: app.compared });
  standIn(platform);
  await comparison.show(["c", "d"]);
  await comparison.against("d");
  await comparison.show(["c", "d"]);
  await comparison.show(["c", "e"]);
  expect(asked.map((request) => (request.ask === "compare" ? request.what.base : ""))).toEqual([null, "d", "d", null]);
});

test("runs that are chosen can be compared from the palette", () => {
  const titles = () => actions().map((action) => action.title);
  comparison.choose("a", true);
  expect(titles()).not.toContain("Compare the 1 chosen runs");
  comparison.choose("b", true);
  comparison.choose("b", true);
  expect(titles()).toContain("Compare the 2 chosen runs");
  actions().find((action) => action.id === "compare-chosen")?.act();
  expect([place.screen, place.compared]).toEqual(["compare", ["a", "b"]]);
  comparison.choose("a", false);
  expect(comparison.chosen).toEqual(["b"]);
});
