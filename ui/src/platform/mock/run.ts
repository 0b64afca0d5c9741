import type { RunView, TableView } from "../contract";
import { distribution, ecdf, latency, memory, size, waterfall, type Taken } from "./charts";
import { COSTS, LANES, laneCards, type Lane } from "./lanes";
import { HOSTILE, type Scenario } from "./scenario";
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
  ["÷ docker", "[95 %]", "This lane's median over lane docker's, with a bootstrap interval."],
  ["wire size", "unpacked", "Compressed layers as they would be pushed, or gzip of the .wasm or binary; below it the same unpacked."],
  ["PSS", "USS", "Pages of the instance's processes after the first answer: shared ones in parts; below it private ones only."],
  ["P50", "[95 %]", "From when a request was due to the last byte of its answer."],
  ["P99", "[95 %]", "From when a request was due to the last byte of its answer. Needs 299 samples."],
  ["P99.9", "[95 %]", "From when a request was due to the last byte of its answer. Needs 2,995 samples."],
  ["rate", "capacity", "The common rate of all lanes, and the share of the lane's own capacity that it is."],
  ["failed", "invalid", "Trials whose output differed or that did not start; below it trials that can't be trusted."],
];

function table(): TableView {
  return {
    columns: COLUMNS.map(([main, beside, help]) => ({ main, beside, help })),
    rows: LANES.map((lane) => ({
      lane,
      entries: TABLE[lane].map(([main, beside]) => ({ main, beside, tone: main === "too few" ? "warning" as const : main === "1/15" ? "problem" as const : "plain" as const })),
    })),
  };
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

const SUMMARIES: [string, string, number][] = [
  ["hello", "A command that prints one line.", 0.72],
  ["json-api", "A REST service over 1,000 products: one by its id, a search, and the price of a cart.", 1],
  ["image-edge", "Decodes a picture, scales it, encodes it anew.", 1.3],
  ["transform", "Reads 10,000 lines, filters, groups, writes JSON.", 0.9],
];

export function runView(id: string, world: Scenario): RunView {
  const hostile = world === "hostile";
  const many = hostile ? 200 : 2;
  return {
    id, name: hostile ? HOSTILE : id === "r1" ? "Before the move to Wasm" : null, tags: hostile ? [HOSTILE] : ["laptop", "quick"], path: `runs/${id}.json`,
    state: id === "r3" ? "unfinished" : "finished",
    facts: [
      { title: "Taken", text: "21 November 2026, 04:06 UTC" },
      { title: "Host", text: "x86_64, Intel Xeon at 2.50 GHz, 2 CPUs, 23.5 GiB, Debian GNU/Linux 12, kernel 6.18" },
      { title: "Versions", text: "docker 20.10.24, containerd 1.6.20, runc 1.1.5, wasmtime 48.0.8, plimsoll 0.1.0" },
      { title: "Limits", text: "1 CPU and 256 MiB in every lane" },
      { title: "Pinning", text: "instances on CPU 1, load generator on CPU 0" },
      { title: "Seed", text: "4505393236431838" },
    ],
    verdicts: SUMMARIES.flatMap(([workload]) => [
      { workload, text: hostile ? HOSTILE : `\`${workload}\` answers 980× sooner (890–1,200×) as a new Wasm instance than as a new container.`, sure: workload === "hello" ? "called" as const : "no_floor" as const },
      { workload, text: workload === "hello" ? "As a fresh process with the precompiled component it starts 18× sooner (16–42×) than as a container." : `Serving, the container is 1.4× faster at P50 (1.2–1.6×); at P99 no difference can be called.`, sure: workload === "transform" ? "too_few" as const : workload === "hello" ? "called" as const : "none" as const },
    ]),
    lanes: laneCards(false),
    workloads: SUMMARIES.map(([slug, summary, scale], index) => {
      const trials = taken(scale, index + 3);
      const latencies = slug === "hello" ? { ...latency(slug, scale), empty: "a command serves no requests" } : latency(slug, scale);
      return { slug, summary, table: table(), charts: [waterfall(slug, scale), distribution(slug, trials), ecdf(slug, trials), latencies, memory(slug), size(slug)] };
    }),
    trouble: Array.from({ length: many }, (_, index) => index % 2 === 0
      ? { tone: "problem" as const, text: hostile ? `${HOSTILE} ${index}` : "json-api in `wasmtime-process`, trial 5 failed: the body of `quote` differs from `expected/quote.json` at byte 118.", remedy: null }
      : { tone: "warning" as const, text: "The CPU governor is `powersave`.", remedy: "sudo cpupower frequency-set -g performance" }),
    notes: [
      { heading: "What each number includes", lines: ["Cold start: from just before the call that makes an instance exist to the last byte of the first expected answer.", "PSS and USS: pages of the instance's processes; shim and docker-proxy are rows of their own."] },
      { heading: "What is unequal", lines: ["Lane `wasmtime` shares one engine among its instances; the others share nothing but the kernel."] },
      { heading: "Noise floor", lines: ["Not measured on this host: no difference is called below it. Run A/A arms to measure it."] },
    ],
    more_trouble: hostile ? "99,800 more failures are in the run file" : null,
  };
}
