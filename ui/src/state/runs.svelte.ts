import { ask, type History, type RunView } from "../platform";
import { comparison } from "./comparison.svelte";
import { place } from "./place.svelte";
import { Request } from "./request.svelte";
import { toasts } from "./toasts.svelte";

/** What to ask for it by: a run from elsewhere has no name here but its file. */
export function nameOf(run: RunView): string {
  return run.own ? run.id : run.path;
}

/** Only of the user's own, and not while it goes on. */
export function canBeDeleted(run: RunView): boolean {
  return run.own && run.state !== "running";
}

/** The runs that are kept, and the one that is open. */
class Runs {
  history = new Request<History>();
  open = new Request<RunView>();
  /** The lane that the open run is compared with; null: the usual one. */
  baseline = $state<string | null>(null);
  #shown: string | null = null;

  loadHistory(): Promise<unknown> {
    return this.history.load(() => ask({ ask: "history" }, "history"));
  }

  async show(run: string): Promise<void> {
    if (run !== this.#shown) {
      this.open.clear();
      this.baseline = null;
    }
    this.#shown = run;
    const { baseline } = this;
    await this.open.load(() => ask({ ask: "open", run, baseline }, "run"));
  }

  async compareWith(lane: string | null): Promise<void> {
    this.baseline = lane;
    if (this.#shown !== null) await this.show(this.#shown);
  }

  async rename(run: string, name: string): Promise<void> {
    await this.#change(run, () => ask({ ask: "rename", run, name }, "done"));
  }

  async tag(run: string, tags: string[]): Promise<void> {
    await this.#change(run, () => ask({ ask: "tag", run, tags }, "done"));
  }

  async remove(run: string): Promise<void> {
    const asked = await this.#done(() => ask({ ask: "delete", run }, "done"));
    if (!asked) return;
    comparison.choose(run, false);
    if (this.#shows(run)) {
      place.closeRun();
      this.open.clear();
      this.#shown = null;
    }
    toasts.say("Run deleted", { action: { title: "Undo", act: () => void this.#restore(run) } });
    await this.loadHistory();
  }

  async reveal(run: string): Promise<void> {
    await this.#done(() => ask({ ask: "reveal", run }, "done"));
  }

  async #restore(run: string): Promise<void> {
    if (await this.#done(() => ask({ ask: "undo_delete", run }, "done"))) await this.loadHistory();
  }

  async #change(run: string, act: () => Promise<unknown>): Promise<void> {
    if (!(await this.#done(act))) return;
    const shown = this.#shows(run) ? this.#shown : null;
    await Promise.all([this.history.value ? this.loadHistory() : null, shown !== null ? this.show(shown) : null]);
  }

  /** It may have been opened by the beginning of its name or by its file. */
  #shows(run: string): boolean {
    return this.#shown === run || this.open.value?.id === run;
  }

  async #done(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    }
  }
}

export const runs = new Runs();
