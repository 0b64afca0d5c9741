import type { Lap, Live, Order, Push, Remark } from "../../generated/types";
import { PHASES, distribution, latency, type Taken } from "./charts";
import { COSTS, LANES, LOOKS, type Lane } from "./lanes";
import { duration, spread, stream, tickDuration } from "./words";

/** The ends of every race's track, in nanoseconds. */
const TRACK = [2e5, 5e8] as const;
const onTrack = (ns: number): number => Math.log(ns / TRACK[0]) / Math.log(TRACK[1] / TRACK[0]);

/** A bench that goes on, invented: one push after each trial. */
export class Simulation {
  #order: Order;
  #epoch: number;
  #push: (push: Push) => void;
  #every: number;
  /** In both arms. */
  #perCell = 20;
  #next = stream(11);
  #at = 0;
  #schedule: [workload: string, lane: Lane][] = [];
  #taken = new Map<string, Taken>();
  #laps: Lap[] = [];
  #notices: Remark[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopping = false;

  constructor(order: Order, epoch: number, every: number, push: (push: Push) => void) {
    [this.#order, this.#epoch, this.#every, this.#push] = [order, epoch, every, push];
    for (const workload of order.workloads) this.#taken.set(workload, Object.fromEntries(LANES.map((lane) => [lane, []])) as unknown as Taken);
    for (let round = 0; round < this.#perCell; round += 1) {
      const cells = order.workloads.flatMap((workload) => order.lanes.map((lane) => ({ workload, lane: lane as Lane, key: this.#next() })));
      for (const { workload, lane } of cells.sort((a, b) => a.key - b.key)) this.#schedule.push([workload, lane]);
    }
  }

  begin(): void {
    this.#timer = setInterval(() => this.step(), this.#every);
  }

  step(): void {
    const turn = this.#schedule[this.#at];
    if (!turn || this.#stopping) return this.#end();
    const lap = this.#lap(...turn);
    this.#at += 1;
    this.#laps.push(lap);
    this.#push({ push: "live", epoch: this.#epoch, live: this.live([lap], turn[0]) });
  }

  cancel(): void {
    this.#stopping = true;
    this.#push({ push: "live", epoch: this.#epoch, live: this.live([], null) });
  }

  whole(): Live {
    return this.live(this.#laps.slice(-60), null);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#push({ push: "ended", epoch: this.#epoch, run: "r2", how: this.#stopping ? "interrupted" : "done", fault: null });
  }

  #lap(workload: string, lane: Lane): Lap {
    const failed = lane === "wasmtime-process" && this.#at % 23 === 7;
    const parts = PHASES.map(([phase]) => ({ phase, ns: spread(COSTS[lane][phase], 0.16, this.#next) }));
    const total = parts.reduce((sum, part) => sum + part.ns, 0);
    this.#taken.get(workload)?.[lane].push({ ns: total, ...(failed ? { flag: "failed" as const } : {}) });
    if (failed) this.#notices.push({ tone: "problem", text: `${workload} in \`${lane}\`, trial ${this.#at}: the body of \`quote\` differs from \`expected/quote.json\` at byte 118`, remedy: null });
    let begin = 0;
    const spans = parts.map(({ phase, ns }) => {
      const span = { phase, begin: begin / total, end: (begin + ns) / total, label: duration(ns) };
      begin += ns;
      return span;
    });
    return {
      number: this.#at, workload, lane, outcome: failed ? "failed" : "passed", total: failed ? null : duration(total), spans,
      end: Math.min(onTrack(total), 1), clipped: onTrack(total) > 1 ? "beyond" : null, run_ms: Math.min(total / TRACK[1], 1) * 400, note: failed ? "the body of `quote` differs" : null,
    };
  }

  live(laps: Lap[], changed: string | null): Live {
    const [workload = "", lane = ""] = this.#schedule[this.#at] ?? [];
    const left = Math.ceil((this.#schedule.length - this.#at) * 0.45);
    const shown = changed ? [changed] : this.#order.workloads;
    return {
      title: lane ? `${workload} in ${lane}: cold start` : "Putting the figures together",
      counter: `${this.#at} of ${this.#schedule.length} trials`, fraction: this.#at / this.#schedule.length,
      left: left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s left` : `${left} s left`, stopping: this.#stopping,
      cells: this.#order.workloads.flatMap((name) => this.#order.lanes.map((slug) => {
        const seen = this.#taken.get(name)?.[slug as Lane] ?? [];
        const sorted = seen.filter((one) => !one.flag).map((one) => one.ns).sort((a, b) => a - b);
        const median = sorted[Math.floor(sorted.length / 2)];
        return {
          workload: name, lane: slug, done: sorted.length, planned: this.#perCell, figure: median === undefined ? null : duration(median),
          state: this.#at === 0 ? "preparing" as const : "ready" as const,
        };
      })),
      looks: LANES.map((lane) => LOOKS[lane]),
      tracks: this.#order.workloads.map((name) => ({
        workload: name, ticks: [1e6, 1e7, 1e8].map((ns) => ({ at: onTrack(ns), label: tickDuration(ns), lane: null })),
      })),
      laps,
      charts: shown.map((name) => {
        const sofar = this.#taken.get(name);
        const served = name === "hello" ? [] : [latency(name, 1, this.#order.lanes as Lane[])];
        return { workload: name, charts: sofar ? [distribution(name, sofar), ...served] : [] };
      }),
      notices: this.#notices.slice(-50),
    };
  }
}
