import { ask, type ChartSpec, type Lap, type Live, type LiveCell, type Order, type Push } from "../platform";
import { place } from "./place.svelte";
import { toasts } from "./toasts.svelte";

/** Tells a workload in a lane from the others. */
export function cellKey({ workload, lane }: Pick<LiveCell, "workload" | "lane">): string {
  return JSON.stringify([workload, lane]);
}

/** The bench that is going on, put together from pushes. */
class LiveBench {
  now = $state.raw<Live | null>(null);
  /** The newest lap of each workload in each lane. */
  laps = $state.raw<ReadonlyMap<string, Lap>>(new Map());
  charts = $state.raw<ReadonlyMap<string, ChartSpec[]>>(new Map());
  /** The newest lap of all. */
  newest = $state.raw<Lap | null>(null);
  starting = $state(false);
  /** Pushes of a lower one are of a bench that is over. */
  #epoch = 0;

  /** What a page that was just loaded finds. */
  found(live: Live | null): void {
    this.#reset();
    if (live) this.#take(live);
  }

  async start(order: Order): Promise<void> {
    if (this.starting || this.now) return;
    this.starting = true;
    try {
      const { epoch } = await ask({ ask: "start", order }, "started");
      this.#begin(epoch);
      // Preparing takes its time: the race is shown before its first push.
      const sofar = await ask({ ask: "live" }, "live");
      if (sofar && !this.now && epoch === this.#epoch) this.#take(sofar);
    } catch (error) {
      toasts.error(error);
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    if (!this.now || this.now.stopping) return;
    this.now = { ...this.now, stopping: true };
    try {
      await ask({ ask: "cancel" }, "done");
    } catch (error) {
      if (this.now) this.now = { ...this.now, stopping: false };
      toasts.error(error);
    }
  }

  pushed(push: Extract<Push, { push: "live" | "ended" }>): void {
    if (push.epoch < this.#epoch) return;
    this.#begin(push.epoch);
    if (push.push === "live") this.#take(push.live);
    else this.#ended(push);
  }

  #begin(epoch: number): void {
    if (epoch <= this.#epoch) return;
    // A page that was just loaded holds this bench already, from the answer to `live`.
    if (this.#epoch > 0 || !this.now) this.#reset();
    this.#epoch = epoch;
  }

  #reset(): void {
    [this.now, this.newest] = [null, null];
    [this.laps, this.charts] = [new Map(), new Map()];
  }

  #take(live: Live): void {
    this.now = live;
    if (live.laps.length > 0) {
      const laps = new Map(this.laps);
      for (const lap of live.laps) laps.set(cellKey(lap), lap);
      this.laps = laps;
      this.newest = live.laps.at(-1) ?? null;
    }
    if (live.charts.length > 0) {
      const charts = new Map(this.charts);
      for (const { workload, charts: specs } of live.charts) charts.set(workload, specs);
      this.charts = charts;
    }
  }

  #ended(push: Extract<Push, { push: "ended" }>): void {
    this.#reset();
    // Whatever of this bench is still on its way is late.
    this.#epoch = push.epoch + 1;
    if (push.fault) toasts.error(push.fault);
    const { run } = push;
    if (run === null) {
      if (!push.fault) toasts.say("Cancelled before anything was measured");
    } else if (place.screen === "bench") {
      place.open(run);
      if (push.how === "interrupted") toasts.say("Cancelled: what was measured is kept");
    } else {
      const text = { done: "The benchmark is done", interrupted: "Cancelled: what was measured is kept", failed: "The benchmark failed: what was measured is kept" }[push.how];
      toasts.say(text, { tone: push.how === "done" ? "good" : "warning", action: { title: "Open the run", act: () => place.open(run) } });
    }
  }
}

export const live = new LiveBench();
