// The contract between the window and the Rust side. Draft by hand; will be replaced by types generated from Rust with
// the same names and shapes. snake_case as serde writes it. Every number that a person reads comes as text from Rust;
// raw numbers exist only as positions for drawing (0..1 fractions, axis coordinates, animation milliseconds).

// ── one command: `ask(request: Ask) -> Answer` (rejects with Fault) ──────────────────────────────────────────────────
export type Ask =
  | { ask: "offer" }                                   // what the Bench screen shows
  | { ask: "weigh"; order: Order }                     // honest estimate + faults of the form, as the form changes
  | { ask: "start"; order: Order }
  | { ask: "live" }                                    // the bench that is going on, for a screen that comes back
  | { ask: "cancel" }
  | { ask: "history" }
  | { ask: "open"; run: string; baseline: string | null } // id or path
  | { ask: "rename"; run: string; name: string }
  | { ask: "tag"; run: string; tags: string[] }
  | { ask: "delete"; run: string }
  | { ask: "undo_delete"; run: string }
  | { ask: "doctor" }
  | { ask: "reveal"; run: string }                     // opens the run's folder in the file manager
  | { ask: "copy_chart"; run: string; workload: string; chart: string; format: "svg" | "png"; theme: Theme }
  | { ask: "copy_table"; run: string; workload: string } // Markdown
  | { ask: "copy_text"; text: string };                // e.g. a remedy

export type Answer =
  | { answer: "offer"; is: Offer }
  | { answer: "weighed"; is: Weighed }
  | { answer: "started"; is: { epoch: number } }
  | { answer: "live"; is: Live | null }
  | { answer: "history"; is: History }
  | { answer: "run"; is: RunView }
  | { answer: "doctor"; is: DoctorView }
  | { answer: "done"; is: null };

export type Theme = "light" | "dark";
export type Tone = "good" | "warning" | "problem" | "plain";

/** What went wrong, with its way out. */
export interface Fault { code: "usage" | "environment" | "interrupted"; message: string; causes: string[]; hint: string | null }

// ── Bench ────────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface Offer {
  workloads: Card[];
  lanes: Card[];
  presets: Preset[];
  fields: Field[];        // the advanced plan, folded away, in this order
  warnings: Remark[];     // preflight: load, governor, virtualised, battery …
  order: Order;           // what is chosen at first
}
/** A workload or a lane. */
export interface Card {
  slug: string; title: string; summary: string; detail: string;
  colour: Colours | null;           // of lanes
  available: boolean;
  problem: { what: string; remedy: string | null } | null;  // why it is not available, or a warning
}
export interface Colours { light: string; dark: string }
export interface Preset { slug: string; title: string; summary: string }
/** A field of the advanced plan: free text, read by Rust ("256 MiB", "5 %", "1000/s", "2 s"). */
export interface Field { slug: string; title: string; help: string; usual: string }
export interface Order { workloads: string[]; lanes: string[]; preset: string; fields: Record<string, string> }
export interface Weighed {
  estimate: string | null;          // "about 2 min 30 s: 335 trials of 4 workloads in 5 lanes"
  faults: { field: string | null; message: string }[];   // field null: of the whole order
}
export interface Remark { tone: Tone; text: string; remedy: string | null }

// ── one event channel: `Push` ───────────────────────────────────────────────────────────────────────────────────────
export type Push =
  | { push: "live"; epoch: number; live: Live }         // at most 10 a second, only between trials
  | { push: "ended"; epoch: number; run: string | null; how: "done" | "interrupted" | "failed"; fault: Fault | null }
  | { push: "dropped"; path: string }                   // a file was dropped on the window
  | { push: "asked_open"; run: string };                // a second start of the app named a run

/** The bench that is going on. Whole each time; `laps` holds only what ended since the last push (all of them in the answer to `live`, at most 60). */
export interface Live {
  title: string;                 // "json-api in docker: cold start"
  counter: string;               // "23 of 85 trials"
  fraction: number;              // 0..1
  left: string | null;           // "1 min 20 s left"
  stopping: boolean;
  cells: { workload: string; lane: string; done: number; planned: number; state: "waiting" | "preparing" | "ready" | "failed"; figure: string | null }[]; // figure: running median, "325 ms"
  laps: Lap[];
  charts: { workload: string; charts: ChartSpec[] }[];  // distribution and latency so far, of the workloads that changed
  notices: Remark[];             // failures as they happen, newest last
}
/** One start-up that ended, for the race. */
export interface Lap {
  number: number; workload: string; lane: string;
  outcome: "passed" | "failed" | "invalid" | "interrupted";
  total: string | null;          // "325 ms"
  /** Spans as fractions (0..1) of the slowest lap of this workload so far. */
  spans: { phase: "create" | "start" | "ready"; begin: number; end: number; label: string }[];
  run_ms: number;                // how long its run across the screen takes, to scale with the others
  note: string | null;           // why it failed
}

// ── Run ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface RunView {
  id: string; name: string | null; tags: string[]; path: string;
  state: "finished" | "running" | "unfinished";
  facts: { title: string; text: string }[];          // when, host, versions, limits, pinning, seed
  verdicts: { workload: string; text: string; sure: "called" | "no_floor" | "too_few" | "none" }[];
  lanes: Card[];                                     // for colours
  workloads: { slug: string; summary: string; table: TableView; charts: ChartSpec[] }[];
  trouble: Remark[];                                 // failed and invalid trials, warnings
  notes: { heading: string; lines: string[] }[];     // what figures include, what is unequal, outside the limits, noise floor
  /** How many failures there are beyond those listed in `trouble`. */
  more_trouble: string | null;
}
export interface TableView { columns: { main: string; beside: string; help: string }[]; rows: { lane: string; entries: { main: string; beside: string; tone: Tone }[] }[] }

/** A chart, drawn by the one chart component. Every position lies linearly between its axis's `min` and `max`, whatever the scale. */
export interface ChartSpec {
  slug: string; title: string; includes: string;
  x: Axis; y: Axis; lanes: LaneLook[]; legend: Key[]; series: Series[]; notes: string[]; empty: string | null;
}
export interface Axis { title: string; scale: "linear" | "log" | "percentile" | "category"; min: number; max: number; ticks: Tick[] }
/** `label` is empty for a small mark between those with words; `lane` is of a row. */
export interface Tick { at: number; label: string; lane: string | null }
export interface LaneLook { lane: string; light: string; dark: string; symbol: Symbol }
export type Symbol = "circle" | "square" | "triangle" | "wedge" | "diamond";
export type Stroke = "solid" | "dashed" | "dotted";
export type Fill = "solid" | "rising" | "falling" | "crossed" | "dotted" | "upright" | "open";
export type Flag = "outlier" | "failed" | "invalid";
export type Mark = "line" | "step" | "points" | "dots" | "spans" | "boxes" | "labels" | "captions";
export type Swatch = "symbol" | { stroke: Stroke } | { fill: Fill } | { flag: Flag };
export interface Key { name: string; lane: string | null; swatch: Swatch }
export interface Series { name: string; lane: string | null; arm: string | null; mark: Mark; stroke: Stroke; fill: Fill; points: Point[] }
export interface Point { x: number; y: number; x2?: number; y2?: number; low?: number; median?: number; high?: number; label: string; flag?: Flag }

// ── History, Doctor ──────────────────────────────────────────────────────────────────────────────────────────────────
export interface History {
  runs: HistoryRow[];
  hosts: string[]; workloads: string[]; lanes: string[];   // what can be filtered by
}
export interface HistoryRow {
  id: string; name: string | null; tags: string[]; when: string; host: string; workloads: string[]; lanes: string[];
  state: "finished" | "running" | "unfinished" | "broken"; trials: string; note: string | null; // note: why it can't be read
  search: string;                // lower-case text to search in
}
export interface DoctorView { tone: Tone; verdict: string; checks: { what: string; tone: Tone; finding: string; remedy: string | null }[] }
