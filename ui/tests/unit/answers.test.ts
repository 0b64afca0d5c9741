import { cleanup, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { optionOf } from "../../src/components/chart/option";
import ErrorNote from "../../src/components/ErrorNote.svelte";
import Race from "../../src/components/Race.svelte";
import { ask, listen, standIn, type Live } from "../../src/platform";
import About from "../../src/screens/run/About.svelte";
import Heading from "../../src/screens/run/Heading.svelte";
import Trouble from "../../src/screens/run/Trouble.svelte";
import Verdicts from "../../src/screens/run/Verdicts.svelte";
import RunRow from "../../src/screens/history/RunRow.svelte";
import { live } from "../../src/state/live.svelte";
import { place } from "../../src/state/place.svelte";
import { toasts } from "../../src/state/toasts.svelte";
import { app } from "./answers";
import { stand } from "./stand";
import TableWithTips from "./TableWithTips.svelte";

// The app's own answers, on the pages that show them.

const run = app.run.is;
const bench = app.live.is as Live;
const GROUND = { paper: "#ffffff", ink: "#000000", muted: "#555555", line: "#dddddd", font: "sans-serif", fontSize: 13 };

beforeEach(() => {
  live.found(null);
  toasts.shown = [];
});
afterEach(cleanup);

test("an answer without anything in it is an answer", async () => {
  standIn(stand({ cancel: app.done, live: app.nothing_live }).platform);
  expect(await ask({ ask: "cancel" }, "done")).toBeNull();
  expect(await listen(() => {})).toBeNull();
});

test("every chart is drawn", () => {
  const specs = [...run.workloads.flatMap((workload) => workload.charts), ...bench.charts.flatMap((one) => one.charts)];
  expect(new Set(specs.map((spec) => spec.slug))).toEqual(new Set(["waterfall", "distribution", "ecdf", "latency", "memory", "size"]));
  for (const spec of specs) {
    const { xAxis, series } = optionOf(spec, "light", GROUND) as unknown as { xAxis: { axisLabel: { customValues: number[]; formatter: (at: number) => string } }; series: { type: string }[] };
    expect(xAxis.axisLabel.customValues.map(xAxis.axisLabel.formatter)).toEqual(spec.x.ticks.map((tick) => tick.label).filter((label) => label !== ""));
    expect(series).toHaveLength(spec.series.length + 1);
  }
});

test("the table has each column once, and its first one names the lane", () => {
  const [workload] = run.workloads;
  if (!workload) throw new Error("no workload");
  render(TableWithTips, { table: workload.table, lanes: run.lanes });
  expect(screen.getAllByRole("columnheader").map((head) => head.querySelector("span span")?.firstChild?.textContent)).toEqual(workload.table.columns.map((column) => column.main));
  expect(screen.getAllByRole("rowheader").map((head) => head.textContent?.trim())).toEqual(workload.table.rows.map((row) => row.lane));
});

test("every clause of a verdict says by itself how sure it is", () => {
  render(Verdicts, { verdicts: run.verdicts });
  const clauses = run.verdicts.flatMap((verdict) => verdict.clauses);
  expect(new Set(clauses.map((clause) => clause.sure)).size).toBeGreaterThan(2);
  expect(screen.getAllByRole("definition")).toHaveLength(clauses.length);
  const serving = screen.getByText("Serving").parentElement as HTMLElement;
  expect(within(serving).getByText("too few trials to be sure")).toBeTruthy();
});

test("what failed and how it was taken is told", () => {
  render(Trouble, { trouble: run.trouble, more: run.more_trouble });
  expect(screen.getAllByRole("listitem")).toHaveLength(run.trouble.length);
  render(About, { run });
  for (const fact of run.facts) expect(screen.getByText(fact.title)).toBeTruthy();
});

test("a file from elsewhere can be neither named nor deleted", () => {
  render(Heading, { run });
  expect(screen.getByRole("button", { name: "Rename this run" })).toBeTruthy();
  cleanup();
  render(Heading, { run: { ...run, own: false } });
  expect(screen.queryByRole("button", { name: "Rename this run" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Delete this run" })).toBeNull();
});

test("a run that can't be read can be found and deleted, but not opened", () => {
  const broken = app.history.is.runs.find((row) => row.state === "broken");
  if (!broken) throw new Error("no broken run");
  render(RunRow, { row: broken });
  expect(screen.getByRole<HTMLButtonElement>("button", { name: `Open ${broken.id}` }).disabled).toBe(true);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: `Delete ${broken.id}` }).disabled).toBe(false);
  expect(screen.queryByRole("button", { name: `Rename ${broken.id}` })).toBeNull();
});

test("an error that holds its way out has no hint beside it", () => {
  render(ErrorNote, { error: app.refused, title: "The run could not be opened", again: () => {} });
  expect(screen.getByRole("alert").textContent).toContain("it was cut short");
  expect(screen.queryByText("What helps")).toBeNull();
});

test("the race has a row for each lane, and its newest start-up", () => {
  live.found(bench);
  expect(new Set(bench.cells.map((cell) => cell.workload + " " + cell.lane)).size).toBe(bench.cells.length);
  const workload = bench.cells[0]?.workload ?? "";
  const cells = bench.cells.filter((cell) => cell.workload === workload);
  render(Race, { workload, cells: bench.cells, lanes: run.lanes });
  expect(screen.getAllByRole("listitem")).toHaveLength(cells.length);
  for (const cell of cells) expect(screen.getAllByText(cell.figure ?? "–").length).toBeGreaterThan(0);
});

test("a bench whose process died says so and opens what was kept", () => {
  place.screen = "bench";
  live.pushed(app.ended);
  expect(place.run).toBe(app.ended.run);
  expect(toasts.shown[0]).toMatchObject({ tone: "problem", text: app.ended.fault?.message });
});
