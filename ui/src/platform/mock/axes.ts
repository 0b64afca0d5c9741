import type { Axis, Tick } from "../../generated/types";
import { LANES, type Lane } from "./lanes";
import { tickDuration } from "./words";

export function logAxis(title: string, low: number, high: number, word: (value: number) => string = tickDuration): Axis {
  const [min, max] = [Math.log10(low), Math.log10(high)];
  const ticks: Tick[] = [];
  for (let power = Math.floor(min); power <= max; power += 1) {
    for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const at = Math.log10(step) + power;
      if (at >= min && at <= max) ticks.push({ at, label: step === 1 ? word(10 ** power) : "", lane: null });
    }
  }
  return { title, scale: "log", min, max, ticks };
}

export function linearAxis(title: string, max: number, step: number, word: (value: number) => string): Axis {
  const ticks: Tick[] = [];
  for (let at = 0; at <= max; at += step) ticks.push({ at, label: word(at), lane: null });
  return { title, scale: "linear", min: 0, max, ticks };
}

/** Rows, the first lane on top. */
export function rowsAxis(lanes: readonly Lane[] = LANES): Axis {
  const ticks = [...lanes].reverse().map((lane, at) => ({ at, label: lane, lane }));
  return { title: "", scale: "category", min: -0.5, max: lanes.length - 0.5, ticks };
}

export function row(lane: Lane, lanes: readonly Lane[] = LANES): number {
  return lanes.length - 1 - lanes.indexOf(lane);
}

const PERCENTILES: [number, string][] = [[0, "0 %"], [0.5, "50 %"], [0.9, "90 %"], [0.99, "99 %"], [0.999, "99.9 %"], [0.9999, "99.99 %"]];

export function percentilePlace(share: number): number {
  return -Math.log10(1 - share);
}

export function percentileAxis(): Axis {
  const ticks = PERCENTILES.map(([share, label]) => ({ at: percentilePlace(share), label, lane: null }));
  return { title: "percentile", scale: "percentile", min: 0, max: 4, ticks };
}
