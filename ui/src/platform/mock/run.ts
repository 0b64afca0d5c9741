import type { About, Clause, RunView, Sentence, Sheet, Sure, WorkloadView } from "../../generated/types";
import { distribution, ecdf, latency, memory, size, waterfall, type Taken } from "./charts";
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
  ["÷ docker", "[95 %]", "This lane's median over lane docker's, with a bootstrap interval."],
  ["wire size", "unpacked", "Compressed layers as they would be pushed, or gzip of the .wasm or binary; below it the same unpacked."],
  ["PSS", "USS", "Pages of the instance's processes after the first answer: shared ones in parts; below it private ones only."],
  ["P50", "[95 %]", "From when a request was due to the last byte of its answer."],
  ["P99", "[95 %]", "From when a request was due to the last byte of its answer. Needs 299 samples."],
  ["P99.9", "[95 %]", "From when a request was due to the last byte of its answer. Needs 2,995 samples."],
  ["rate", "capacity", "The common rate of all lanes, and the share of the lane's own capacity that it is."],
  ["failed", "invalid", "Trials whose output differed or that did not start; below it loads that can't be trusted."],
];

function table(workload: string, hostile: boolean): Sheet {
  return {
    workload,
    columns: [["lane", "", ""] as const, ...COLUMNS].map(([main, beside, help]) => ({ main, beside, help, of_load: /^P\d|rate/.test(main), of_words: false })),
    rows: LANES.map((lane) => ({
      lane,
      entries: [[lane, ""] as const, ...TABLE[lane]].map(([main, beside], at) => ({
        main: hostile && at > 0 ? HUGE : main, beside, tone: main === "1/15" ? "bad" as const : main.includes("×") ? "good" as const : "plain" as const,
      })),
    })),
  };
}

function verdict(workload: string, hostile: boolean): Sentence {
  const clause = (about: About, text: string, sure: Sure): Clause => ({ about, text: hostile ? HOSTILE : text, sure });
  const clauses = [
    clause("cold_start", `\`${workload}\` answers 980× (890–1,200×) sooner as a new Wasm instance than as a new container`, workload === "hello" ? "difference" : "noise_floor_not_measured"),
    ...(workload === "hello" ? [] : [clause("serving", "serving, no difference is seen at P99: Wasm takes 1.4× (0.9–1.6×) as long", workload === "transform" ? "too_few" : "no_difference")]),
    clause("memory", "the processes of Wasm hold 5.0× (4.9–5.1×) the memory of the container when ready (PSS)", "difference"),
    clause("size", "Wasm travels as 68.3 KiB compressed, the container as 778 KiB", "exact"),
  ];
  return { workload, lane: "wasmtime", baseline: "docker", text: `${clauses.slice(0, 2).map((one) => one.text).join("; ")}.`, sure: clauses[1]?.sure ?? "not_measured", clauses };
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

function workloadView(slug: string, scale: number, seed: number, hostile: boolean): WorkloadView {
  const trials = taken(hostile ? 1e12 : scale, seed);
  const latencies = slug === "hello" ? { ...latency(slug, scale), empty: "a command serves no requests" } : latency(slug, scale);
  return {
    slug, table: table(slug, hostile), charts: [waterfall(slug, scale), distribution(slug, trials), ecdf(slug, trials), latencies, memory(slug), size(slug)],
    remarks: hostile ? [HOSTILE] : ["load: 5000/s in every lane, half of what `wasmtime-process` could serve", "PSS beside the instance, not in its figure: docker: shim 9.40 MiB, docker-proxy 3.50 MiB"],
  };
}

export function runView(id: string, world: Scenario): RunView {
  const hostile = world === "hostile";
  const many = hostile ? 200 : 2;
  return {
    id, name: hostile ? HOSTILE : id === "r1" ? "Before the move to Wasm" : null, tags: hostile ? [HOSTILE] : ["laptop", "quick"], path: `runs/${id}.json`,
    own: !id.startsWith("/"), state: id === "r3" ? "unfinished" : "finished",
    facts: [
      { title: "Taken", text: "21 November 2026, 04:06 UTC" },
      { title: "Host", text: "x86_64, Intel Xeon at 2.50 GHz, 2 CPUs, 23.5 GiB, Debian GNU/Linux 12, kernel 6.18" },
      { title: "Versions", text: "docker 20.10.24, containerd 1.6.20, runc 1.1.5, wasmtime 48.0.8, plimsoll 0.1.0" },
      { title: "Limits", text: "1 CPU and 256 MiB in every lane" },
      { title: "Pinning", text: "instances on CPU 1, load generator on CPU 0" },
      { title: "Seed", text: "4505393236431838" },
    ],
    verdicts: SCALES.map(([workload]) => verdict(workload, hostile)),
    lanes: laneCards(false),
    workloads: SCALES.map(([slug, scale], index) => workloadView(slug, scale, index + 3, hostile)),
    trouble: Array.from({ length: many }, (_, index) => index % 2 === 0
      ? { tone: "problem" as const, text: hostile ? `${HOSTILE} ${index}` : "json-api in `wasmtime-process`, trial 5 failed: the body of `quote` differs from `expected/quote.json` at byte 118.", remedy: null }
      : { tone: "warning" as const, text: "The CPU governor is `powersave`.", remedy: "sudo cpupower frequency-set -g performance" }),
    notes: [
      { heading: "What each number includes", lines: ["Cold start: from just before the call that makes an instance exist to the last byte of the first expected answer.", "PSS and USS: pages of the instance's processes; shim and docker-proxy are rows of their own."] },
      { heading: "What is unequal", lines: ["Lane `wasmtime` shares one engine among its instances; the others share nothing but the kernel."] },
      { heading: "Noise floor", lines: ["Not measured on this host: no difference is called below it. Run A/A arms to measure it."] },
    ],
    forms: OF_RUN, more_trouble: hostile ? "999800 more are in the run's file" : null,
  };
}
