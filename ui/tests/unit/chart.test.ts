import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import ChartWithTips from "./ChartWithTips.svelte";
import { optionOf } from "../../src/components/chart/option";
import type { Ground } from "../../src/components/chart/look";
import { taken } from "../../src/platform/mock/run";
import { distribution, latency, waterfall } from "../../src/platform/mock/charts";

const GROUND: Ground = { paper: "#ffffff", ink: "#000000", muted: "#555555", line: "#dddddd", font: "sans-serif", fontSize: 13, width: 600 };
interface Drawn {
  xAxis: { min: number; max: number; axisLabel: { customValues: number[]; formatter: (at: number) => string } };
  series: { type: string; data: unknown[]; lineStyle?: { type: string | number[]; width: number } }[];
  tooltip: { formatter: (of: { seriesIndex: number; dataIndex: number }) => HTMLElement };
}
const option = (spec: Parameters<typeof optionOf>[0]) => optionOf(spec, "light", GROUND) as unknown as Drawn;

test("axes are taken as they are given", () => {
  const spec = distribution("hello", taken(1, 1));
  const { xAxis } = option(spec);
  expect([xAxis.min, xAxis.max]).toEqual([spec.x.min, spec.x.max]);
  expect(xAxis.axisLabel.customValues.map(xAxis.axisLabel.formatter)).toEqual(spec.x.ticks.map((tick) => tick.label).filter((label) => label !== ""));
});

test("every kind of mark is drawn, in the order given, over the grid", () => {
  const types = (spec: Parameters<typeof optionOf>[0]) => [...new Set(option(spec).series.slice(1).map((one) => one.type))];
  expect(types(waterfall("hello", 1))).toEqual(["custom", "scatter"]);
  expect(types(distribution("hello", taken(1, 1)))).toEqual(["custom", "scatter"]);
  expect(types(latency("hello", 1))).toEqual(["line"]);
});

test("uncorrected latency is thinner, and a lane's line has its lane's pieces", () => {
  const spec = latency("hello", 1);
  const [corrected, sent] = option(spec).series.slice(1, 3).map((one) => one.lineStyle?.width ?? 0);
  expect(sent).toBeLessThan(corrected ?? 0);
  const dotted = option({ ...spec, series: spec.series.map((one) => ({ ...one, stroke: "dotted" as const })) });
  expect(dotted.series.slice(1).every((one) => Array.isArray(one.lineStyle?.type))).toBe(true);
});

test("a tip is text, whatever stands in it", () => {
  const spec = waterfall("hello", 1);
  const [first] = spec.series;
  if (first?.points[0]) first.points[0].label = "<img src=x onerror=alert(1)>";
  const tip = option(spec).tooltip.formatter({ seriesIndex: 1, dataIndex: 0 });
  expect(tip.children.length).toBe(0);
  expect(tip.textContent).toBe("<img src=x onerror=alert(1)>");
});

test("of many lanes few are shown first, and all where that is asked for", async () => {
  const all = { ...latency("hello", 1), empty: "not drawn here" };
  const few = { ...all, legend: all.legend.slice(0, 2), notes: ["2 of 5 lanes are shown"] };
  render(ChartWithTips, { spec: { ...all, brief: few } });
  const entries = () => within(screen.getByRole("list", { name: "Legend" })).getAllByRole("listitem").length;
  expect([entries(), screen.queryByText("2 of 5 lanes are shown") !== null]).toEqual([2, true]);
  await userEvent.click(screen.getByRole("button", { name: /show all 5 lanes/ }));
  expect([entries(), screen.queryByText("2 of 5 lanes are shown")]).toEqual([all.legend.length, null]);
});
