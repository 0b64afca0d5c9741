import { ask, errorOf, type AppError, type Offer, type Order, type Weighed } from "../platform";
import { Request } from "./request.svelte";

const PAUSE_MS = 250;

/** What can be benched and what is chosen of it. */
class Ordering {
  offer = new Request<Offer>();
  workloads = $state<string[]>([]);
  lanes = $state<string[]>([]);
  preset = $state("");
  fields = $state<Record<string, string>>({});
  weighed = $state.raw<Weighed | null>(null);
  error = $state.raw<AppError | null>(null);
  #chosen = false;
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What would be started now. Fields left empty are the preset's. */
  get order(): Order {
    const filled = Object.entries(this.fields).filter(([, text]) => text.trim() !== "");
    return { workloads: [...this.workloads], lanes: [...this.lanes], preset: this.preset, fields: Object.fromEntries(filled) };
  }

  get ready(): boolean {
    return this.offer.value !== null && (this.weighed?.faults.length ?? 0) === 0 && this.workloads.length > 0 && this.lanes.length > 0;
  }

  async load(): Promise<void> {
    const offer = await this.offer.load(() => ask({ ask: "offer" }, "offer"));
    if (!offer) return;
    if (!this.#chosen) {
      this.#chosen = true;
      const { workloads, lanes, preset, fields } = structuredClone(offer.order);
      [this.workloads, this.lanes, this.preset, this.fields] = [workloads, lanes, preset, fields];
    }
    this.#drop("workloads", offer);
    this.#drop("lanes", offer);
    await this.#weigh();
  }

  /** What can't be run any more can't be taken away by hand either. */
  #drop(kind: "workloads" | "lanes", offer: Offer): void {
    this[kind] = this[kind].filter((slug) => offer[kind].some((card) => card.slug === slug && card.available));
  }

  toggle(kind: "workloads" | "lanes", slug: string): void {
    const order = this.offer.value?.[kind].map((card) => card.slug) ?? [];
    const chosen = new Set(this[kind]);
    if (!chosen.delete(slug)) chosen.add(slug);
    this[kind] = order.filter((one) => chosen.has(one));
    this.changed();
  }

  /** Chooses a workload, if it is not chosen yet. */
  choose(workload: string): void {
    if (!this.workloads.includes(workload)) this.toggle("workloads", workload);
  }

  /** Asks for the estimate once typing has paused. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#weigh(), PAUSE_MS);
  }

  faultOf(field: string | null): string | null {
    return this.weighed?.faults.find((fault) => fault.field === field)?.message ?? null;
  }

  async #weigh(): Promise<void> {
    const mine = ++this.#latest;
    try {
      const weighed = await ask({ ask: "weigh", order: this.order }, "weighed");
      if (mine === this.#latest) [this.weighed, this.error] = [weighed, null];
    } catch (error) {
      if (mine === this.#latest) this.error = errorOf(error);
    }
  }
}

export const ordering = new Ordering();
