import { ask, errorOf, type AppError, type LookedAt, type OwnForm, type TriedOut } from "../platform";
import { ordering } from "./order.svelte";
import { place } from "./place.svelte";
import { toasts } from "./toasts.svelte";

const PAUSE_MS = 250;

function blank(): OwnForm {
  return { image: "", wasm: "", native: "", method: "GET", path: "/", body: "", port: "", name: "" };
}

/** What an answer belongs to: a name changes nothing of it. */
function key(form: OwnForm): string {
  return JSON.stringify({ ...form, name: "" });
}

/** A workload of the user's own, from its first field to its place among the others. */
class Adding {
  open = $state(false);
  form = $state<OwnForm>(blank());
  looked = $state.raw<LookedAt | null>(null);
  tried = $state.raw<TriedOut | null>(null);
  error = $state.raw<AppError | null>(null);
  /** Whether the form has just been closed, so that the focus goes back to where it was opened. */
  closed = false;
  trying = $state(false);
  stopping = $state(false);
  #triedAs = $state("");
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether the answers are those of what the form tells now. */
  get current(): boolean {
    return this.tried !== null && this.#triedAs === key(this.form);
  }

  get named(): boolean {
    return [this.form.image, this.form.wasm, this.form.native].some((text) => text.trim() !== "");
  }

  get ready(): boolean {
    return this.named && !this.trying && (this.looked?.faults.length ?? 0) === 0;
  }

  get canBeAdded(): boolean {
    return this.current && !this.trying && this.tried?.can_be_added === true && (this.looked?.faults.length ?? 0) === 0;
  }

  begin(): void {
    this.open = true;
    place.go("bench");
  }

  /** Takes a file that was dropped on the window, where it is one that can be run. */
  dropped(path: string): boolean {
    if (!path.endsWith(".wasm")) return false;
    this.form.wasm = path;
    this.begin();
    this.changed();
    return true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#latest += 1;
    this.closed = this.open;
    if (this.trying) void this.stop();
    [this.open, this.form, this.looked, this.tried, this.error] = [false, blank(), null, null, null];
  }

  /** Looks at what is told once typing has paused. */
  changed(): void {
    clearTimeout(this.#timer);
    this.error = null;
    this.#timer = setTimeout(() => void this.#look(), PAUSE_MS);
  }

  faultOf(field: string | null): string | null {
    return this.looked?.faults.find((fault) => fault.field === field)?.message ?? null;
  }

  foundOf(field: string): string | null {
    return this.looked?.found.find((found) => found.field === field)?.text ?? null;
  }

  async try(): Promise<void> {
    if (!this.ready) return;
    const form = $state.snapshot(this.form);
    [this.trying, this.stopping, this.tried, this.error] = [true, false, null, null];
    try {
      const tried = await ask({ ask: "try", form }, "tried");
      if (this.open) [this.tried, this.#triedAs] = [tried, key(form)];
    } catch (error) {
      // What the user stopped is no problem.
      const why = errorOf(error);
      if (this.open && why.code !== "interrupted") this.error = why;
    } finally {
      [this.trying, this.stopping] = [false, false];
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await ask({ ask: "stop_trying" }, "done").catch((error: unknown) => toasts.error(error));
  }

  /** Keeps it: its answers are right. */
  async add(): Promise<void> {
    try {
      const { workload } = await ask({ ask: "add", form: $state.snapshot(this.form) }, "added");
      this.close();
      toasts.say(`\`${workload}\` is added, and chosen`, { tone: "good" });
      await ordering.load();
      ordering.choose(workload);
    } catch (error) {
      this.error = errorOf(error);
    }
  }

  async remove(workload: string): Promise<void> {
    try {
      const { kept } = await ask({ ask: "forget", workload }, "forgotten");
      toasts.say(`\`${workload}\` is removed`, { action: { title: "Undo", act: () => void this.#restore(kept) } });
      await ordering.load();
    } catch (error) {
      toasts.error(error);
    }
  }

  async #restore(kept: string): Promise<void> {
    try {
      await ask({ ask: "restore", kept }, "added");
      await ordering.load();
    } catch (error) {
      toasts.error(error);
    }
  }

  async #look(): Promise<void> {
    const mine = ++this.#latest;
    if (!this.named) {
      this.looked = null;
      return;
    }
    try {
      const looked = await ask({ ask: "look", form: $state.snapshot(this.form) }, "looked");
      if (mine === this.#latest) this.looked = looked;
    } catch (error) {
      if (mine === this.#latest) this.error = errorOf(error);
    }
  }
}

export const adding = new Adding();
