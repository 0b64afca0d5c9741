import type { Block, Clause, Headline, RunView, Section, Sure, Topic } from "../../generated/types";
import { distribution, ecdf, latency, memory, size, waterfall, type Taken } from "./charts";
import { column, documentOf, entry, facts, listing, remarks, section, table } from "./document";
import { COSTS, LANES, laneCards, type Lane } from "./lanes";
import { OF_RUN } from "./save";
import { HOSTILE, HUGE, type Scenario } from "./scenario";
import { spread, stream } from "./words";

const TABLE: Record<Lane, [string, string][]> = {
  "docker": [["325 ms", "[313, 346]"], ["1", ""], ["778 KiB", "1.66 MiB"], ["1.66 MiB", "1.66 MiB"], ["87.4 µs", "[81.2, 95.1]"], ["1.51 ms", "[0.571, 2.52]"], ["4.61 ms", "[2.74, 5.70]"], ["5000/s", "22 %"], ["0/15", "0/15"]],
  "docker+hostnet": [["129 ms", "[121, 142]"], ["0.40×", "[0.36, 0.44]"], ["778 KiB", "1.66 MiB"], ["1.70 MiB", "1.70 MiB"], ["46.0 µs", "[45.4, 46.8]"], ["426 µs", "[303, 538]"], ["2.79 ms", "[2.75, 2.95]"], ["5000/s", "8 %"], ["0/15", "0/15"]],
  "wasmtime": [["332 µs", "[253, 420]"], ["0.0010×", "[0.00083, 0.0011]"], ["68.3 KiB", "164 KiB"], ["8.36 MiB", "8.22 MiB"], ["127 µs", "[106, 136]"], ["1.86 ms", "[0.860, 2.38]"], ["3.79 ms", "[2.80, 4.13]"], ["5000/s", "36 %"], ["0/15", "0/15"]],
  "wasmtime-process": [["17.9 ms", "[7.69, 20.1]"], ["0.055×", "[0.024, 0.062]"], ["68.3 KiB", "164 KiB"], ["8.50 MiB", "8.36 MiB"], ["125 µs", "[115, 143]"], ["3.50 ms", "[3.00, 4.21]"], ["too few", ""], ["5000/s", "46 %"], ["1/15", "0/15"]],
  "native": [["3.88 ms", "[3.15, 17.0]"], ["0.012×", "[0.0099, 0.049]"], ["778 KiB", "1.66 MiB"], ["1.58 MiB", "1.58 MiB"], ["41.7 µs", "[39.4, 43.0]"], ["343 µs", "[124, 555]"], ["3.05 ms", "[1.88, 3.39]"], ["5000/s", "10 %"], ["0/15", "0/15"]],
};

const COLUMNS: [string, string, string][] = [
  ["cold start", "[95 %]", "From just before the call that makes an instance exist to the last byte of the first expected answer. Building, pulling and compiling are not in it."],
  ["against docker", "[95 %]", "How many times as fast or slow as lane docker, by the medians, with a bootstrap interval."],
  ["wire size", "unpacked", "Compressed layers as they would be pushed, or gzip of the .wasm or binary; below it the same unpacked."],
  ["PSS", "USS", "Pages of the instance's processes after the first answer: shared ones in parts; below it private ones only."],
  ["P50", "[95 %]", "From when a request was due to the last byte of its answer."],
  ["P99", "[95 %]", "From when a request was due to the last byte of its answer. Needs 299 samples."],
  ["P99.9", "[95 %]", "From when a request was due to the last byte of its answer. Needs 2,995 samples."],
  ["rate", "capacity", "The common rate of all lanes, and the share of the lane's own capacity that it is."],
  ["failed", "invalid", "Trials whose output differed or that did not start; below it loads that can't be trusted."],
];

function figures(workload: string, hostile: boolean): Block {
  const columns = [column("lane"), ...COLUMNS.map(([main, beside, help]) => column(main, beside, help, { of_load: /^P\d|rate/.test(main) }))];
  const tone = (main: string) => (main === "1/15" ? "bad" : main.includes("×") ? "good" : "plain");
  const rows = LANES.map((lane) => ({
    lane, run: null, called: false,
    entries: [entry(lane), ...TABLE[lane].map(([main, beside]) => entry(hostile ? HUGE : main, beside, tone(main)))],
  }));
  return table(workload, `Every lane of \`${workload}\``, columns, rows);
}

function verdict(workload: string, hostile: boolean): Block {
  const clause = (about: Topic, sure: Sure, big: string, second: string, chip: string): Clause =>
    hostile ? { about, sure, big: HOSTILE, second: HOSTILE, chip: HOSTILE } : { about, sure, big, second, chip };
  const start = workload === "hello"
    ? clause("cold_start", "difference", "`hello` finishes about 980 times sooner in Wasm than in a container.", "332 µs against 325 ms; 890–1,200 times", "beyond noise, 15 starts each")
    : clause("cold_start", "noise_floor_not_measured", "Wasm looks about 980 times faster to start.", "332 µs against 325 ms; 890–1,200 times", "not checked against noise");
  const serving = workload === "transform"
    ? clause("serving", "too_few", "Not enough loads to say.", "3 of the 10 needed; 35 of 36 loads were invalid", "too few trials")
    : clause("serving", "too_close", "Under load, too close to call.", "Wasm may be 1.6 times slower or 1.1 times faster", "40 more loads would tell");
  const clauses = [
    start,
    ...(workload === "hello" ? [] : [serving]),
    clause("memory", "difference", "Alone, Wasm uses 5 times more; counting Docker's helpers, a third less.", "8.36 against 1.66 MiB when ready; 4.90–5.10 times; with shim and proxy, 8.36 against 12.9 MiB", "beyond noise, 15 trials each"),
    clause("size", "exact", "Wasm ships 11 times smaller.", "68.3 KiB instead of 778 KiB", "exact"),
    clause("control", "difference", "A plain process beats both: 3.9 ms.", "Wasm 18 ms, container 325 ms", "beyond noise"),
  ];
  const text = clauses.slice(0, 2).map(({ big }) => big).join(" ");
  const title = hostile ? HOSTILE : `\`${workload}\`: \`wasmtime\` against \`docker\``;
  return { kind: "verdict", what: { workload, lane: "wasmtime", baseline: "docker", title, text, sure: clauses[1]?.sure ?? "not_measured", clauses } };
}

/** What came out over all workloads. */
function whole(hostile: boolean): Block {
  const said: Headline = { big: "Wasm starts faster in 4 of 4 workloads, serves slower in 2 of 3.", second: "6 to 3,100 times; 1.8 to 2.1 times; one too close to call", chip: "beyond noise", sure: "difference" };
  const of = hostile ? { ...said, big: HOSTILE, second: HOSTILE, chip: HOSTILE } : said;
  return { kind: "headline", what: { heading: "", of } };
}

export function taken(scale: number, seed: number, trials = 15): Taken {
  const next = stream(seed);
  const of = (lane: Lane) => {
    const { create, start, ready } = COSTS[lane];
    return Array.from({ length: trials }, (_, index) => ({
      ns: spread((create + start + ready) * scale, lane === "native" || lane === "wasmtime-process" ? 0.5 : 0.12, next),
      ...(index === 4 && lane === "wasmtime-process" ? { flag: "failed" as const } : index === 9 && lane === "docker" ? { flag: "outlier" as const } : {}),
    }));
  };
  return Object.fromEntries(LANES.map((lane) => [lane, of(lane)])) as Taken;
}

const SCALES: [workload: string, scale: number][] = [["hello", 0.72], ["json-api", 1], ["image-edge", 1.3], ["transform", 0.9]];

function ofWorkload(slug: string, scale: number, seed: number, hostile: boolean): Section {
  const trials = taken(hostile ? 1e12 : scale, seed);
  const latencies = slug === "hello" ? [] : [latency(slug, scale)];
  const specs = [waterfall(slug, scale), distribution(slug, trials), ecdf(slug, trials), ...latencies, memory(slug), size(slug)];
  return section(`w-${slug}`, slug, [
    { kind: "lead", what: hostile ? HOSTILE : "Answers one request with a quote out of 12, as JSON." },
    { kind: "charts", what: specs.map((spec) => ({ id: `${slug}--${spec.slug}`, title: spec.title, lane: null, spec })) },
    figures(slug, hostile),
    { kind: "lines", what: hostile ? [HOSTILE] : ["load: 5000/s in every lane, half of what `wasmtime-process` could serve", "PSS beside the instance, not in its figure: docker: shim 9.40 MiB, docker-proxy 3.50 MiB"] },
  ], slug);
}

/** What stands around the workloads. */
function around(id: string, hostile: boolean): Section[] {
  const told = (text: string) => (hostile ? HOSTILE : text);
  const failed = (at: number) => [
    { text: told("json-api") }, { text: told("wasmtime-process") }, { text: "failed in ready: wrong output" }, { text: "3" }, { text: `${at}` },
    { text: told("the body of `quote` differs from `expected/quote.json` at byte 118"), below: told("- {\"quote\": \"a\"}\n+ {\"quote\": \"b\"}") },
  ];
  const [columns, lead] = [["workload", "lane", "how", "trials", "first", "why"], "Nothing of a trial that failed is in any figure, and nothing of an invalid load; the start before such a load is."];
  return [
    section("doubt", "What to doubt", [
      listing("Failures and invalid loads", lead, columns, Array.from({ length: hostile ? 60 : 1 }, (_, at) => failed(at + 5)), hostile ? "999,800 more, for 1,200 other reasons" : null),
      remarks("Noise floor", false, ["Not measured on this host: no difference is called below it. Run A/A arms to measure it."]),
      remarks("Warnings", false, [told("The CPU governor is `powersave`.")]),
    ]),
    section("conditions", "Conditions and host", [
      facts("Conditions", [["began", "2026-11-21 04:06:00 UTC"], ["trials of each workload", "15 cold starts in each lane, 3 of them loaded"], ["memory limit", "256 MiB"], ["pinning", "instances on CPU 1, load generator and observer on CPU 0"]]),
      facts("Host", [["architecture", "x86_64"], ["CPU", told("Intel Xeon at 2.50 GHz")], ["memory", "23.5 GiB"], ["system", told("Debian GNU/Linux 12")]]),
      { kind: "lanes", what: { heading: "Lanes", of: laneCards(false).map(({ slug, detail }) => ({ lane: slug, text: told(detail) })) } },
    ]),
    section("includes", "What each number includes", [
      remarks("What the figures are", true, ["Cold start: from just before the call that makes an instance exist to the last byte of the first expected answer.", "PSS and USS: pages of the instance's processes; shim and docker-proxy are rows of their own."]),
      remarks("What is unequal", true, ["Lane `wasmtime` shares one engine among its instances; the others share nothing but the kernel."]),
    ]),
    section("reproduce", "How to reproduce it", [
      { kind: "lead", what: "The same plan, in the same order of trials:" },
      { kind: "command", what: `plimsoll bench hello json-api image-edge transform ${LANES.map((lane) => `--lane ${lane}`).join(" ")} --preset quick --seed 4505393236431838` },
      { kind: "lead", what: `Everything here is made from the run's file \`${id}.json\` (format 2), which holds every value.` },
      facts("Versions", [["docker", told("20.10.24")], ["containerd", "1.6.20"], ["wasmtime", "48.0.8"], ["plimsoll", "0.1.0"]]),
    ]),
  ];
}

export function runView(id: string, world: Scenario): RunView {
  const hostile = world === "hostile";
  const name = hostile ? HOSTILE : id === "r1" ? "Before the move to Wasm" : null;
  const trust: Block = { kind: "lead", what: "The plan was carried out: 298 trials passed, 2 failed, 0 had an invalid load. Warnings: 1." };
  return {
    id, name, tags: hostile ? [HOSTILE] : ["laptop", "quick"], path: `/home/somebody/.local/share/plimsoll/runs/${hostile ? HOSTILE : id}.json`,
    own: !id.startsWith("/"), state: id === "r3" ? "unfinished" : "finished", when: "21 Nov 2026, 04:06", forms: OF_RUN,
    notes: hostile ? [HOSTILE] : id === "r3" ? ["the journal's last line was cut short: what stands before it was read"] : [],
    document: documentOf(`Plimsoll run ${id}`, { kind: "facts", what: [{ title: "Run", text: `run ${id}` }] }, [
      section("verdict", "Verdict", [whole(hostile), ...SCALES.map(([workload]) => verdict(workload, hostile)), trust]),
      ...SCALES.map(([slug, scale], index) => ofWorkload(slug, scale, index + 3, hostile)), ...around(id, hostile),
    ]),
  };
}
