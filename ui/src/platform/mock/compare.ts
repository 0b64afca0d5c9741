import type { Block, ChartSpec, ComparedRun, ComparedView, Comparing, TableEntry, Error as AppError, EntryTone, Headline, Section, Series } from "../../generated/types";
import { ecdf, latency } from "./charts";
import { column, documentOf, entry as plain, remarks, section, table } from "./document";
import { history } from "./history";
import { LANES, type Lane } from "./lanes";
import { taken } from "./run";
import { OF_COMPARISON } from "./save";
import { HOSTILE, HUGE, type Scenario } from "./scenario";

const WORKLOADS: [workload: string, scale: number][] = [["hello", 0.72], ["json-api", 1]];

type Line = [figure: string, of: string, base: string, now: string, n: string, ratio: string, interval: string, effect: string, floor: string, verdict: string, why: string, tone: EntryTone];

const START: Record<Lane, Line> = {
  "docker": ["cold start", "median", "325 ms", "412 ms", "n 15", "1.27×", "[1.19, 1.34]", "+1.00", "1.06×", "slower", "", "bad"],
  "docker+hostnet": ["cold start", "median", "129 ms", "131 ms", "n 15", "1.02×", "[0.97, 1.06]", "+0.11", "1.06×", "equal", "", "plain"],
  "wasmtime": ["cold start", "median", "332 µs", "298 µs", "n 15", "0.90×", "[0.86, 0.93]", "−0.84", "1.05×", "faster", "", "good"],
  "wasmtime-process": ["cold start", "median", "17.9 ms", "18.3 ms", "n 15", "1.02×", "[0.96, 1.09]", "+0.09", "unknown", "run-to-run noise unknown", "", "plain"],
  "native": ["cold start", "median", "3.88 ms", "—", "n 15", "—", "", "—", "1.08×", "not comparable", "new has none", "plain"],
};

const OTHERS: Line[] = [
  ["PSS", "when ready", "8.36 MiB", "8.39 MiB", "n 15", "1.00×", "[0.99, 1.02]", "+0.05", "1.04×", "equal", "within 10 %", "plain"],
  ["latency P99", "of all requests", "1.86 ms", "1.92 ms", "n 3", "1.03×", "", "+0.33", "1.21×", "too few samples", "3 of 10", "plain"],
  ["wire size", "exact", "778 KiB", "801 KiB", "", "1.03×", "", "—", "none: exact", "larger", "", "bad"],
];

const COLUMNS: [main: string, beside: string, help: string][] = [
  ["lane", "", ""], ["figure", "", ""], ["base", "trials", "The figure with its unit; below it how many trials it is from."], ["new", "trials", "The figure with its unit; below it how many trials it is from."],
  ["ratio", "[95 %]", "The new figure over the base's, with its 95 % interval."], ["effect", "", "Cliff's delta, from −1 to +1."],
  ["noise floor", "", "How far the same thing differs from itself."], ["verdict", "", "A difference is called only beyond interval, chance and noise."],
];

const columns = (all: [string, string, string][], words: string[]) => all.map(([main, beside, help]) => column(main, beside, help, { of_words: words.includes(main) }));

function entries(lane: Lane, [figure, of, base, now, n, ratio, interval, effect, floor, verdict, why, tone]: Line, hostile: boolean): TableEntry[] {
  const all = [plain(lane), plain(figure, of), plain(base, n), plain(now, n), plain(ratio, interval, tone), plain(effect), plain(floor), plain(verdict, why, tone)];
  return hostile ? all.map((entry, at) => (at > 1 ? { ...entry, main: HUGE } : entry)) : all;
}

/** The series of the base: fainter, broken, hollow. */
const asBase = (series: Series): Series => ({ ...series, name: `${series.name}, base`, fill: "open" });

function over(before: ChartSpec, after: ChartSpec, names: [string, string], lane: Lane | null): ChartSpec {
  const kept = (series: Series[]) => series.filter((one) => (lane === null || one.lane === lane) && one.fill === "solid");
  const keys = after.legend.filter((key) => key.swatch === "symbol" && (lane === null || key.lane === lane));
  return {
    ...after, slug: `overlay-${after.slug}`, title: lane === null ? after.title : `${after.title} in ${lane}`,
    lanes: after.lanes.filter((look) => lane === null || look.lane === lane),
    legend: [...keys, { name: `base: ${names[0]}`, lane: null, swatch: { line: "open" } }, { name: `new: ${names[1]}`, lane: null, swatch: { line: "solid" } }],
    series: [...kept(before.series).map(asBase), ...kept(after.series)], notes: [],
  };
}

function ofWorkload(slug: string, scale: number, names: [string, string], hostile: boolean): Section {
  const [base, now] = names;
  const [before, after] = [taken(scale, 3), taken(scale * 1.2, 9)];
  const charts = [null, ...LANES].flatMap((lane) => {
    const latencies = over(latency(slug, scale), latency(slug, scale * 1.15), names, lane);
    const specs = [over(ecdf(slug, before), ecdf(slug, after), names, lane), ...(slug === "hello" ? [] : [latencies])];
    return specs.map((spec) => ({ id: `${slug}--${now}--${spec.slug}--${lane}`, title: spec.title, lane, spec }));
  });
  const rows = LANES.flatMap((lane) => [START[lane], ...OTHERS].map((line) => ({ lane, run: null, called: false, entries: entries(lane, line, hostile) })));
  const said: Headline = {
    big: hostile ? HOSTILE : `\`${slug}\`: of 20 figures 6 worse, 1 better.`,
    second: hostile ? HOSTILE : `worst in \`${now}\`: the cold start in \`docker\` is slower, 325 ms to 412 ms, 1.27× (1.19–1.34×); not judged: 5 because of too few samples`,
    chip: hostile ? HOSTILE : "beyond noise", sure: "difference",
  };
  const title = `${slug}: ${now} against ${base}`;
  return section(`w-${slug}`, slug, [
    { kind: "headline", what: { heading: title, of: said } },
    { kind: "charts", what: charts },
    table("", title, columns(COLUMNS, ["figure", "verdict"]), rows),
  ], slug);
}

function overview(workload: string, news: ComparedRun[]): Block {
  const heads: [string, string, string][] = [
    ["run", "began", ""], ["worse", "", "Figures that are called slower or larger."], ["better", "", "Figures that are called faster or smaller."],
    ["equal", "", "Figures that are the same within 10 %."], ["not judged", "", "Figures that can't be judged."], ["worst", "of what", "The largest ratio that is called worse."], ["best", "of what", "The largest ratio that is called better."],
  ];
  return table(workload, `Runs of \`${workload}\``, columns(heads, ["worst", "best"]), news.map((run, at) => ({
    lane: null, run: run.id, called: at % 2 === 0,
    entries: at % 2 === 0
      ? [plain(run.id, run.when), plain("2", "", "bad"), plain("1", "", "good"), plain("12"), plain("5"), plain("1.27× slower", "cold start in docker", "bad"), plain("0.90× faster", "cold start in wasmtime", "good")]
      : [plain(run.id, run.when), plain("0"), plain("0"), plain("15"), plain("5"), plain("—"), plain("—")],
  })));
}

/** The oldest run is the one with the largest number. */
export function comparedView(what: Comparing, shown: string | null, world: Scenario): ComparedView {
  const hostile = world === "hostile";
  const names = [...new Set(what.runs)].sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  if (names.some((name) => name.endsWith("gone"))) throw { code: "usage", message: "there is no run `gone`", causes: [], hint: "see the runs with `plimsoll list`" } satisfies AppError;
  if (names.length < 2) throw { code: "usage", message: "one run alone can't be compared", causes: [], hint: "choose two runs or more" } satisfies AppError;
  const rows = history(world).runs;
  const runOf = (run: string): ComparedRun => {
    const row = rows.find((one) => one.id === run);
    return { run, id: run, name: hostile ? HOSTILE : (row?.name ?? null), when: row?.when ?? "20 Nov 2026, 04:06", host: hostile ? HOSTILE : "x86_64, Example CPU 3.0 GHz" };
  };
  const base = what.base ?? names[0] ?? "";
  const news = names.filter((name) => name !== base).map(runOf);
  const now = news.find((run) => run.id === shown)?.id ?? news.at(-1)?.id ?? "";
  const changed = what.changed_files ? "" : "; not judged: 10 because of too few samples";
  const headline: Headline = {
    big: hostile ? HOSTILE : "Of 40 figures, 12 are worse and 2 better.",
    second: hostile ? HOSTILE : `in \`${now}\`; the worst, of \`json-api\`: the cold start in \`docker\` is slower, 325 ms to 412 ms, 1.27× (1.19–1.34×)${changed}`,
    chip: hostile ? HOSTILE : "beyond noise", sure: "difference",
  };
  const title = news.length > 1 ? `${news.length} runs against run ${base}` : `Run ${now} against run ${base}`;
  return {
    base: runOf(base), news, shown: now, notes: hostile ? [HOSTILE] : [], forms: OF_COMPARISON,
    document: documentOf(title, { kind: "headline", what: headline }, [
      section("verdict", "Verdict", [{ kind: "headline", what: { heading: "", of: headline } }]),
      ...(news.length > 1 ? [section("runs", "Every run", WORKLOADS.map(([workload]) => overview(workload, news)))] : []),
      ...WORKLOADS.map(([slug, scale]) => ofWorkload(slug, scale, [base, now], hostile)),
      section("conditions", "Conditions and noise", [
        remarks("What is compared", false, [`base: run ${base}`, hostile ? HOSTILE : `new: run ${now}`]),
        remarks("Noise floor", false, ["from 10 repeated runs of one plan on this host, and from the arms of either run (A/A) where they say more: 1.04× to 1.21×"]),
        remarks("What can't be compared", false, [hostile ? HOSTILE : "not comparable, cold start in native: the new run has no such figure: no trial with it has passed"]),
      ]),
      section("includes", "What each number includes", [remarks("How a difference is called", true, ["Many figures at once: the chance of each is corrected by Holm's method for all of them together. In this answer the chances of 30 figures were corrected."])]),
    ]),
  };
}
