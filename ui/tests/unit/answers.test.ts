import { cleanup, render, screen, within } from "@testing-library/svelte";
import { createRawSnippet } from "svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { optionOf } from "../../src/components/chart/option";
import Blocks from "../../src/components/document/Blocks.svelte";
import Document from "./DocumentWithTips.svelte";
import ErrorNote from "../../src/components/ErrorNote.svelte";
import Race from "../../src/components/Race.svelte";
import { ask, listen, standIn, type Live } from "../../src/platform";
import Heading from "../../src/screens/run/Heading.svelte";
import RunRow from "../../src/screens/history/RunRow.svelte";
import { around, byWorkload, whats } from "../../src/state/document";
import { live } from "../../src/state/live.svelte";
import { place } from "../../src/state/place.svelte";
import { toasts } from "../../src/state/toasts.svelte";
import { app } from "./answers";
import { stand } from "./stand";
import TableWithTips from "./TableWithTips.svelte";

// The app's own answers, on the pages that show them.

const run = app.run.is;
const { document, notes } = run;
/** What stands around the workloads, by itself. */
const panels = (notes: string[]) => render(Document, { document: { ...document, sections: around(document) }, notes, copyChart: () => {}, empty: createRawSnippet(() => ({ render: () => "<p></p>" })) });
const workloads = [...byWorkload(document).values()];
const bench = app.live.is as Live;
const GROUND = { paper: "#ffffff", ink: "#000000", muted: "#555555", line: "#dddddd", font: "sans-serif", fontSize: 13, width: 600 };

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
  const specs = [...workloads.flatMap((blocks) => whats(blocks, "charts").flat().map((chart) => chart.spec)), ...bench.charts.flatMap((one) => one.charts)];
  expect(new Set(specs.map((spec) => spec.slug)).size).toBeGreaterThanOrEqual(6);
  for (const spec of specs) {
    const { xAxis, series } = optionOf(spec, "light", GROUND) as unknown as { xAxis: { axisLabel: { customValues: number[]; formatter: (at: number) => string } }; series: { type: string }[] };
    expect(xAxis.axisLabel.customValues.map(xAxis.axisLabel.formatter)).toEqual(spec.x.ticks.map((tick) => tick.label).filter((label) => label !== ""));
    expect(series).toHaveLength(spec.series.length + 1);
  }
});

test("the table has each column once, and its first one names the lane", () => {
  const [table] = whats(workloads[0] ?? [], "table");
  if (!table) throw new Error("no table");
  render(TableWithTips, { table, lanes: document.lanes });
  expect(screen.getAllByRole("columnheader").map((head) => head.querySelector("span span")?.firstChild?.textContent)).toEqual(table.columns.map((column) => column.main));
  expect(screen.getAllByRole("rowheader").map((head) => head.textContent?.trim())).toEqual(table.rows.map((row) => row.lane));
});

test("every clause of a verdict says by itself how sure it is", () => {
  const blocks = document.sections.flatMap((section) => section.blocks).filter((block) => block.kind === "verdict");
  render(Blocks, { blocks, lanes: document.lanes });
  const clauses = whats(blocks, "verdict").flatMap(({ clauses }) => clauses);
  expect(new Set(clauses.map((clause) => clause.sure)).size).toBeGreaterThan(2);
  expect(screen.getAllByRole("definition")).toHaveLength(clauses.length);
  const serving = screen.getAllByText("Serving")[0]?.parentElement as HTMLElement;
  expect(within(serving).getByText("too few trials")).toBeTruthy();
});

test("what failed, how it was taken and how to do it again is told", () => {
  panels(notes);
  const blocks = around(document).flatMap((section) => section.blocks);
  const tables = screen.getAllByRole("table").map((table) => within(table).getAllByRole("row").length - 1);
  expect(tables).toEqual(blocks.flatMap((block) => (block.kind === "table" || block.kind === "listing" ? [block.what.rows.length] : [])));
  for (const fact of whats(blocks, "facts").flatMap((facts) => facts.of)) expect(screen.getAllByText(fact.title).length).toBeGreaterThan(0);
  expect(screen.getByRole("button", { name: `Copy: ${whats(blocks, "command")[0]}` })).toBeTruthy();
});

test("what is the same of every run is folded, and what is of this one is open", () => {
  panels(notes);
  const said = whats(around(document).flatMap((section) => section.blocks), "remarks");
  expect(new Set(said.map((remarks) => remarks.standing)).size).toBe(2);
  const open = (heading: string) => screen.getByText(heading).closest("details")?.open;
  expect(said.map((remarks) => open(remarks.heading))).toEqual(said.map((remarks) => !remarks.standing));
});

test("what is to be known of the reading stands above what is to be doubted", () => {
  panels(["the last line was cut short"]);
  const told = screen.getAllByRole("region").map((region) => region.getAttribute("aria-label"));
  expect(told[0]).toBe("About the reading");
  expect(told.indexOf("What to doubt")).toBeGreaterThan(0);
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
  render(Race, { workload, cells: bench.cells, lanes: [] });
  expect(screen.getAllByRole("listitem")).toHaveLength(cells.length);
  for (const cell of cells) expect(screen.getAllByText(cell.figure ?? "–").length).toBeGreaterThan(0);
});

test("a bench whose process died says so and opens what was kept", () => {
  place.screen = "bench";
  live.pushed(app.ended);
  expect(place.run).toBe(app.ended.run);
  expect(toasts.shown[0]).toMatchObject({ tone: "problem", text: app.ended.fault?.message });
});

test("a start-up beyond the race's track is cut off and says how long it took", () => {
  const [cell] = bench.cells;
  if (!cell) throw new Error("no cell");
  const { workload, lane } = cell;
  const lap = { number: 99, workload, lane, outcome: "passed" as const, total: "30.0 s", spans: [], end: 1, clipped: "beyond" as const, run_ms: 400, note: null };
  const ticks = [{ at: 0.25, label: "1 ms", lane: null }, { at: 0.5, label: "", lane: null }];
  live.found({ ...bench, laps: [lap], looks: [], tracks: [{ workload, ticks }] });
  render(Race, { workload, cells: bench.cells, lanes: [] });
  expect(screen.getByText("1 ms").style.insetInlineStart).toBe("25%");
  expect(screen.getByText("30.0 s ▸").className).toContain("beyond");
});
