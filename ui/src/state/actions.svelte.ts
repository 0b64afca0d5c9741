import { adding } from "./adding.svelte";
import { comparison } from "./comparison.svelte";
import { copyChart, copyCompared, copyComparedChart, copyTable } from "./copy";
import type { Document, HistoryRow, Illustration, Picture } from "../platform";
import { byWorkload, whats } from "./document";
import { live } from "./live.svelte";
import { ordering } from "./order.svelte";
import { place, type Screen } from "./place.svelte";
import { canBeDeleted, nameOf, runs } from "./runs.svelte";
import { saveCompared, saveRun } from "./save";

/** Something to do, as the palette lists it. */
export interface Action {
  id: string;
  title: string;
  group: "Go to" | "Bench" | "This run" | "Compare" | "Recent runs";
  keys: string | null;
  act: () => void;
}

const SCREENS: [Screen, string][] = [["bench", "Bench"], ["run", "Run"], ["history", "History"], ["doctor", "Doctor"], ["compare", "Compare"]];
const RECENT = 8;

function going(): Action[] {
  return SCREENS.filter(([screen]) => screen !== "run" || place.run !== null).map(([screen, title]) => ({
    id: `go-${screen}`, title, group: "Go to", keys: `Ctrl ${SCREENS.findIndex(([one]) => one === screen) + 1}`, act: () => place.go(screen),
  }));
}

function benching(): Action[] {
  if (live.now) return [{ id: "cancel", title: "Cancel the benchmark", group: "Bench", keys: "Ctrl .", act: () => void live.cancel() }];
  const presets = ordering.offer.value?.presets ?? [];
  const add: Action = { id: "add-workload", title: "Add a workload", group: "Bench", keys: null, act: () => adding.begin() };
  const starts = presets.map(({ slug, title }): Action => ({
    id: `start-${slug}`, title: `Start: ${title}`, group: "Bench", keys: slug === ordering.preset ? "Ctrl Enter" : null,
    act: () => {
      ordering.preset = slug;
      ordering.changed();
      place.go("bench");
      void live.start(ordering.order);
    },
  }));
  return [...starts, add];
}

function remove(run: string): Action {
  return { id: "delete", title: "Delete this run", group: "This run", keys: null, act: () => void runs.remove(run) };
}

function withRun(): Action[] {
  const run = runs.open.value;
  if (!run || place.screen !== "run") return [];
  const name = nameOf(run);
  const tables = [...byWorkload(run.document).keys()].map((slug): Action => ({
    id: `table-${slug}`, title: `Copy the table of ${slug} as Markdown`, group: "This run", keys: null, act: () => void copyTable(name, slug, runs.baseline),
  }));
  const charts = copies(run.document, "This run", (workload, { spec }, format) => copyChart(name, workload, spec.slug, format));
  return [
    { id: "reveal", title: "Open the run's folder", group: "This run", keys: null, act: () => void runs.reveal(name) },
    ...run.forms.map(({ slug, title }): Action => ({
      id: `save-${slug}`, title: `Save as …: ${title}`, group: "This run", keys: null, act: () => void saveRun(name, slug, runs.baseline),
    })),
    ...(canBeDeleted(run) ? [remove(run.id)] : []),
    ...tables,
    ...charts,
  ];
}

function readable(): HistoryRow[] {
  return runs.history.value?.runs.filter((row) => row.state !== "broken").slice(0, RECENT) ?? [];
}

/** Every chart that shows something, to be copied. */
function copies(document: Document, group: Action["group"], copy: (workload: string, chart: Illustration, format: Picture) => Promise<void>): Action[] {
  const all = [...byWorkload(document)].flatMap(([workload, blocks]) => whats(blocks, "charts").flat().map((chart) => ({ workload, chart })));
  return all.filter(({ chart }) => chart.spec.empty === null).flatMap(({ workload, chart }) => (["svg", "png"] as const).map((format): Action => ({
    id: `chart-${chart.id}-${format}`, title: `Copy chart as ${format.toUpperCase()}: ${chart.spec.title}`, group, keys: null,
    act: () => void copy(workload, chart, format),
  })));
}

function comparing(): Action[] {
  const found: Action[] = [];
  const add = (id: string, title: string, act: () => void) => found.push({ id, title, group: "Compare", keys: null, act });
  const chosen = comparison.chosen.length;
  if (chosen > 1) add("compare-chosen", `Compare the ${chosen} chosen runs`, () => comparison.begin());
  const view = comparison.view.value;
  if (place.screen === "compare" && view) {
    if (view.news.length === 1) add("compare-swap", "Swap base and new run", () => comparison.swap());
    add("compare-copy", "Copy the comparison as Markdown", () => void copyCompared(comparison.what));
    for (const { slug, title } of view.forms) add(`compare-save-${slug}`, `Save the comparison as …: ${title}`, () => void saveCompared(comparison.what, slug));
    found.push(...copies(view.document, "Compare", (workload, { lane, spec }, format) =>
      copyComparedChart({ what: comparison.what, shown: view.shown, workload, lane, chart: spec.slug }, format)));
  }
  const run = place.screen === "run" ? runs.open.value : null;
  if (run) {
    for (const row of readable().filter((row) => row.id !== run.id)) {
      add(`compare-with-${row.id}`, `Compare with ${row.name ?? row.id}, ${row.when}`, () => place.compare([nameOf(run), row.id]));
    }
  }
  return found;
}

function recent(): Action[] {
  return readable().map((row) => ({
    id: `open-${row.id}`, title: `Open ${row.name ?? row.id}, ${row.when}`, group: "Recent runs", keys: null, act: () => place.open(row.id),
  }));
}

/** Everything that can be done now. */
export function actions(): Action[] {
  return [...going(), ...benching(), ...withRun(), ...comparing(), ...recent()];
}
