import type { ChartSpec, Key, LaneLook, Point, Series } from "../../generated/types";
import { linearAxis, logAxis, percentileAxis, percentilePlace, row, rowsAxis } from "./axes";
import { COSTS, LANES, LOOKS, type Lane } from "./lanes";
import { duration, tickDuration } from "./words";

/** Lines of text that a plot takes: with rows, and without. */
const LINES = { rows: LANES.length * 3.6, plain: 25 };
const looks: LaneLook[] = LANES.map((lane) => LOOKS[lane]);
const series = (name: string, lane: Lane | null, mark: Series["mark"], points: Point[], rest: Partial<Series> = {}): Series =>
  ({ name, lane, mark, stroke: "solid", fill: "solid", points, ...rest });
const keys = (lanes: readonly Lane[]): Key[] => lanes.map((lane) => ({ name: lane, lane, swatch: "symbol" }));

export const PHASES = [["create", "rising"], ["start", "solid"], ["ready", "dotted"]] as const;

/** Where a whole start-up stands, right of the shares: decades from 100 µs. */
const whole = (ns: number): number => 1.1 + ((Math.log10(ns) - 5) / 4) * 0.9;

export function waterfall(workload: string, scale: number): ChartSpec {
  const parts = LANES.flatMap((lane) => {
    const total = PHASES.reduce((sum, [phase]) => sum + COSTS[lane][phase] * scale, 0);
    let begin = 0;
    const spans = PHASES.map(([phase, fill]) => {
      const length = COSTS[lane][phase] * scale;
      const at = row(lane);
      const point = { x: begin, x2: begin + length / total, y: at - 0.08, y2: at + 0.36, label: `${lane}, ${phase}: ${duration(length)}` };
      begin = point.x2;
      return series(`${lane} ${phase}`, lane, "spans", [point], { fill });
    });
    const words = PHASES.map(([phase]) => duration(COSTS[lane][phase] * scale)).join(" · ");
    const dot = { x: whole(total), y: row(lane) + 0.14, label: duration(total) };
    return [
      ...spans, series(`${lane} phases`, lane, "captions", [{ x: 0, x2: 1, y: row(lane) - 0.27, label: words }]),
      series(`${lane} whole`, lane, "points", [{ ...dot, label: `${lane}: ${dot.label}` }]), series(`${lane} total`, lane, "labels", [dot]),
    ];
  });
  const shares = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, label: `${at * 100} %`, lane: null }));
  const times = [1e5, 1e6, 1e7, 1e8].map((ns) => ({ at: whole(ns), label: tickDuration(ns), lane: null }));
  return {
    slug: "waterfall", title: `Start-up of ${workload}, phase by phase`,
    includes: "Left: the share of each phase; below it the phases' own medians, in this order. Right: the median of the whole, from just before the call that makes an instance exist to the last byte of the first expected answer.",
    x: {
      title: "", scale: "linear", min: 0, max: 2, ticks: [...shares, ...times],
      parts: [{ title: "share of the start-up", from: 0, to: 1 }, { title: "whole start-up, logarithmic", from: 1.1, to: 2 }],
    },
    y: rowsAxis(), lanes: looks, legend: PHASES.map(([name, fill]) => ({ name, lane: null, swatch: { fill } })), series: parts,
    notes: [], empty: null, lines: LINES.rows,
  };
}

export type Taken = Record<Lane, { ns: number; flag?: Point["flag"] }[]>;

export function distribution(workload: string, taken: Taken): ChartSpec {
  const all = LANES.flatMap((lane) => taken[lane].map((one) => one.ns));
  const parts = LANES.flatMap((lane) => {
    const at = row(lane);
    const dots = taken[lane].map((one, index): Point => ({
      x: Math.log10(one.ns), y: at - 0.12 - ((index * 7) % 10) * 0.022,
      label: `${lane}, trial ${index + 1}: ${duration(one.ns)}${one.flag ? ` (${one.flag})` : ""}`, ...(one.flag ? { flag: one.flag } : {}),
    }));
    const counted = taken[lane].filter((one) => one.flag !== "failed").map((one) => one.ns).sort((a, b) => a - b);
    const part = (share: number) => Math.log10(counted[Math.floor((counted.length - 1) * share)] ?? 1);
    const box = counted.length < 3 ? [] : [series(`${lane}, box`, lane, "boxes", [{
      x: part(0.25), x2: part(0.75), y: at + 0.08, y2: at + 0.34, low: part(0), median: part(0.5), high: part(1),
      label: `${lane}: median ${duration(10 ** part(0.5))}`,
    }], { fill: "open" })];
    return [...box, series(lane, lane, "dots", dots)];
  });
  return {
    slug: "distribution", title: `Cold start of ${workload}, every trial`,
    includes: "One dot is one cold start from nothing. The box holds the middle half, its bar is the median, the whiskers are the extremes.",
    x: logAxis("cold start", Math.min(1e5, ...all), Math.max(1e9, ...all)), y: rowsAxis(), lanes: looks,
    legend: [...keys(LANES), { name: "outlier, kept", lane: null, swatch: { flag: "outlier" } }, { name: "failed, not counted", lane: null, swatch: { flag: "failed" } }],
    series: parts, notes: [], empty: all.length === 0 ? "no cold start has ended yet" : null, lines: LINES.rows,
  };
}

export function ecdf(workload: string, taken: Taken): ChartSpec {
  const steps = LANES.map((lane) => {
    const sorted = taken[lane].map((one) => one.ns).sort((a, b) => a - b);
    return series(lane, lane, "step", sorted.map((ns, index) => ({ x: Math.log10(ns), y: (index + 1) / sorted.length, label: `${lane}: ${duration(ns)}` })));
  });
  return {
    slug: "ecdf", title: `Share of cold starts of ${workload} done by a time`,
    includes: "How many of the cold starts had ended by then.",
    x: logAxis("cold start", 1e5, 1e9), y: linearAxis("share of trials", 1, 0.25, (share) => `${share * 100} %`), lanes: looks,
    legend: keys(LANES), series: steps, notes: [], empty: null, lines: LINES.plain,
  };
}

export function latency(workload: string, scale: number, lanes: readonly Lane[] = LANES): ChartSpec {
  const curve = (lane: Lane, sent: boolean): Point[] => {
    const { p50, p99, p999 } = COSTS[lane];
    const known: [number, number][] = [[0, p50 * 0.6], [0.5, p50], [0.9, p50 * 2.2], [0.99, p99], [0.999, p999], [0.9997, p999 * 1.6]];
    return known.map(([share, ns]) => {
      const value = ns * scale * (sent && share > 0.9 ? 0.55 : 1);
      return { x: percentilePlace(share), y: Math.log10(value), label: `${lane}, ${share * 100} %: ${duration(value)}${sent ? " from sending" : ""}` };
    });
  };
  return {
    slug: "latency", title: `Latency of ${workload} by percentile`,
    includes: "From when a request was due to the last byte of its answer, at one common rate in all lanes. Thin: from when it was really sent, which hides stalls.",
    x: percentileAxis(), y: logAxis("latency", 2e4, 2e7), lanes: looks,
    legend: [...keys(lanes), { name: "from when due", lane: null, swatch: { line: "solid" } }, { name: "from when sent", lane: null, swatch: { line: "open" } }],
    series: lanes.flatMap((lane) => [series(lane, lane, "line", curve(lane, false)), series(`${lane}, from sending`, lane, "line", curve(lane, true), { fill: "open" })]),
    notes: ["5000/s in every lane, half of what `wasmtime-process`, the slowest lane that answers rightly, could serve."], empty: null, lines: LINES.plain,
  };
}

export function memory(workload: string): ChartSpec {
  const parts: [string, Series["fill"], Record<Lane, number>][] = [
    ["anonymous", "solid", { "docker": 0.62, "docker+hostnet": 0.64, "wasmtime": 3.1, "wasmtime-process": 3.2, "native": 0.6 }],
    ["file", "rising", { "docker": 1.04, "docker+hostnet": 1.06, "wasmtime": 5.26, "wasmtime-process": 5.3, "native": 0.98 }],
    ["shim", "crossed", { "docker": 9.4, "docker+hostnet": 9.3, "wasmtime": 0, "wasmtime-process": 0, "native": 0 }],
    ["docker-proxy", "dotted", { "docker": 3.5, "docker+hostnet": 0, "wasmtime": 0, "wasmtime-process": 0, "native": 0 }],
  ];
  const spans = LANES.flatMap((lane) => {
    let begin = 0;
    return parts.filter(([, , sizes]) => sizes[lane] > 0).map(([name, fill, sizes]) => {
      const at = row(lane);
      const point = { x: begin, x2: begin + sizes[lane], y: at - 0.3, y2: at + 0.3, label: `${lane}: ${name} ${sizes[lane].toFixed(2)} MiB` };
      begin += sizes[lane];
      return series(`${lane}, ${name}`, lane, "spans", [point], { fill });
    });
  });
  return {
    slug: "memory", title: `Memory of ${workload} after the first answer`,
    includes: "Proportional set size from smaps_rollup. Shim and docker-proxy are rows of their own: one of each per container.",
    x: linearAxis("memory", 16, 4, (mib) => (mib === 0 ? "0" : `${mib} MiB`)), y: rowsAxis(), lanes: looks,
    legend: parts.map(([name, fill]) => ({ name, lane: null, swatch: { fill } })), series: spans,
    notes: ["The Docker daemon and containerd are not in it."], empty: null, lines: LINES.rows,
  };
}

export function size(workload: string): ChartSpec {
  const sizes: [Lane, string, Series["fill"], number, string][] = [
    ["docker", "layers, compressed", "solid", 796_672, "778 KiB"], ["docker+hostnet", "layers, compressed", "solid", 796_672, "778 KiB"],
    ["wasmtime", ".wasm, gzip", "rising", 69_939, "68.3 KiB"], ["wasmtime-process", ".cwasm", "crossed", 434_176, "424 KiB"], ["native", "binary, gzip", "dotted", 796_672, "778 KiB"],
  ];
  return {
    slug: "size", title: `Size of ${workload} on the wire`,
    includes: "What travels to a host that has the platform already. The Docker engine and our worker are rows of their own.",
    x: logAxis("size", 1e4, 1e7, (bytes) => `${bytes / 1000} kB`), y: rowsAxis(), lanes: looks,
    legend: [{ name: "layers, compressed", lane: null, swatch: { fill: "solid" } }, { name: ".wasm, gzip", lane: null, swatch: { fill: "rising" } }, { name: ".cwasm", lane: null, swatch: { fill: "crossed" } }],
    series: sizes.flatMap(([lane, name, fill, bytes, text]) => [
      series(`${lane}, ${name}`, lane, "spans", [{ x: 4, x2: Math.log10(bytes), y: row(lane) - 0.3, y2: row(lane) + 0.3, label: `${lane}: ${name} ${text}` }], { fill }),
      series(`${lane}, total`, null, "labels", [{ x: Math.log10(bytes), y: row(lane), label: text }]),
    ]),
    notes: [], empty: null, lines: LINES.rows,
  };
}
