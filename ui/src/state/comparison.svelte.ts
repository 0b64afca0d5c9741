import { ask, type ComparedView, type Comparing } from "../platform";
import { place } from "./place.svelte";
import { Request } from "./request.svelte";

/** The runs that are chosen to be compared, and what came of the last ones that were. */
class Comparison {
  view = new Request<ComparedView>();
  chosen = $state.raw<string[]>([]);
  /** Null: the oldest. */
  base = $state<string | null>(null);
  changedFiles = $state(false);
  #runs: string[] = [];
  #shown: string | null = null;

  /** What the app is asked to compare. */
  get what(): Comparing {
    return { runs: this.#runs, base: this.base, changed_files: this.changedFiles };
  }

  choose(run: string, wanted: boolean): void {
    const others = this.chosen.filter((one) => one !== run);
    this.chosen = wanted ? [...others, run] : others;
  }

  clear(): void {
    this.chosen = [];
  }

  /** Opens the comparison of the chosen runs. */
  begin(): void {
    if (this.chosen.length > 1) place.compare(this.chosen);
  }

  async show(runs: string[]): Promise<void> {
    if (runs.join() !== this.#runs.join()) {
      this.view.clear();
      [this.#runs, this.base, this.#shown, this.changedFiles] = [runs, null, null, false];
    }
    await this.#load();
  }

  /** Sets the others against this run. */
  async against(run: string): Promise<void> {
    [this.base, this.#shown] = [run, null];
    await this.#load();
  }

  /** Of two runs, sets the base against the new one. */
  swap(): void {
    const [only] = this.view.value?.news ?? [];
    if (only) void this.against(only.run);
  }

  /** Shows the figures of this new run. */
  async look(run: string): Promise<void> {
    this.#shown = run;
    await this.#load();
  }

  async allowChangedFiles(allowed: boolean): Promise<void> {
    this.changedFiles = allowed;
    await this.#load();
  }

  async #load(): Promise<void> {
    const [what, shown] = [this.what, this.#shown];
    await this.view.load(() => ask({ ask: "compare", what, shown }, "compared"));
  }
}

export const comparison = new Comparison();
