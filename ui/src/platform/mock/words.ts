/** Figures in words, for invented data only: in the app every word comes from Rust. */
export function duration(ns: number): string {
  if (ns >= 1e9) return `${(ns / 1e9).toPrecision(3)} s`;
  if (ns >= 1e6) return `${(ns / 1e6).toPrecision(3)} ms`;
  if (ns >= 1e3) return `${(ns / 1e3).toPrecision(3)} µs`;
  return `${ns.toFixed(0)} ns`;
}

export function tickDuration(ns: number): string {
  if (ns >= 1e9) return `${ns / 1e9} s`;
  if (ns >= 1e6) return `${ns / 1e6} ms`;
  if (ns >= 1e3) return `${ns / 1e3} µs`;
  return `${ns} ns`;
}

/** The same stream of numbers in 0..1 for each seed. */
export function stream(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A value spread about a median, skewed to the slow side as start-ups are. */
export function spread(median: number, width: number, next: () => number): number {
  const normal = (next() + next() + next() - 1.5) / 0.5;
  const tail = next() > 0.93 ? next() * width * 4 : 0;
  return median * Math.exp(normal * width * 0.6 + tail);
}
