import { ask, errorOf, type AppError, type LookedAt, type OwnForm, type OwnRequest, type Remark, type TriedOut } from "../platform";
import { images } from "./images";
import { ordering } from "./order.svelte";
import { place } from "./place.svelte";
import { toasts } from "./toasts.svelte";

const PAUSE_MS = 250;
/** The fields of what is run. */
const RUN = ["image", "dockerfile", "archive", "wasm", "native"] as const;
/** The fields that name a file or a folder. */
export type PathField = "dockerfile" | "archive" | "wasm" | "native" | "har";

function asking(path: string): OwnRequest {
  return { method: "GET", path, body: "", weight: "" };
}

function blank(): OwnForm {
  return { image: "", dockerfile: "", archive: "", wasm: "", native: "", har: "", requests: [asking("/")], port: "", name: "", base: "", over: false };
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
  /** What of a workload that is edited no field tells. */
  elsewhere = $state.raw<Remark | null>(null);
  /** What was dropped and could not be used. */
  refused = $state.raw<Remark[]>([]);
  /** Whether the form has just been closed, so that the focus goes back to where it was opened. */
  closed = false;
  /** Whether the system's own dialog is open: one at a time. */
  choosing = $state(false);
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
    return RUN.some((field) => this.form[field].trim() !== "");
  }

  get ready(): boolean {
    return this.named && !this.trying && (this.looked?.faults.length ?? 0) === 0;
  }

  get canBeAdded(): boolean {
    return this.current && !this.trying && this.tried?.can_be_added === true && (this.looked?.faults.length ?? 0) === 0;
  }

  begin(): void {
    this.open = true;
    void images.load();
    place.go("bench");
  }

  /** Takes what was dropped on the window: it fills the form, is added, or is opened. */
  async dropped(paths: string[]): Promise<void> {
    try {
      const { form, added, run, refused } = await ask({ ask: "drop", paths, form: $state.snapshot(this.form) }, "dropped");
      if (form) {
        this.form = form;
        this.begin();
        this.changed();
      }
      if (this.open) this.refused = refused;
      else for (const { text, tone } of refused) toasts.say(text, { tone });
      if (added.length > 0) {
        toasts.say(`${added.map((slug) => `\`${slug}\``).join(", ")} added, and chosen`, { tone: "good" });
        await ordering.load();
        added.forEach((slug) => ordering.choose(slug));
      }
      if (run !== null) place.open(run);
    } catch (error) {
      toasts.error(error);
    }
  }

  /** Opens the form of one of the user's own: to be saved over it, or as a copy. */
  async edit(workload: string, over: boolean): Promise<void> {
    try {
      const { form, elsewhere } = await ask({ ask: "edit", workload, over }, "filled");
      this.close();
      [this.form, this.elsewhere] = [form, elsewhere];
      this.begin();
      this.changed();
    } catch (error) {
      toasts.error(error);
    }
  }

  async reveal(): Promise<void> {
    await ask({ ask: "reveal_workload", workload: this.form.base }, "done").catch((error: unknown) => toasts.error(error));
  }

  /** A file or folder by the system's own dialog, into a field. */
  async choose(field: PathField, title: string): Promise<void> {
    const path = await this.#chosen(title, field === "dockerfile");
    if (path === null) return;
    this.form[field] = path;
    this.changed();
  }

  /** Likewise a file, as what a request sends. */
  async chooseBody(row: number, title: string): Promise<void> {
    const request = this.form.requests[row];
    const path = await this.#chosen(title, false);
    if (path === null || !request) return;
    request.body = `@${path}`;
    this.changed();
  }

  addRequest(): void {
    this.form.requests.push(asking(""));
    this.changed();
  }

  removeRequest(at: number): void {
    this.form.requests.splice(at, 1);
    this.changed();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#latest += 1;
    this.closed = this.open;
    if (this.trying) void this.stop();
    [this.open, this.form, this.looked, this.tried, this.error] = [false, blank(), null, null, null];
    [this.elsewhere, this.refused] = [null, []];
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

  /** What the file of WebAssembly asks of its host, as far as it is known before a start. */
  get asks(): Remark[] {
    return this.looked?.asks ?? [];
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
      const { workload, kept } = await ask({ ask: "add", form: $state.snapshot(this.form) }, "added");
      this.close();
      if (kept === null) toasts.say(`\`${workload}\` is added, and chosen`, { tone: "good" });
      else toasts.say(`\`${workload}\` is saved, and chosen`, { tone: "good", action: { title: "Undo", act: () => void this.#restore(kept, true) } });
      await ordering.load();
      ordering.choose(workload);
    } catch (error) {
      this.error = errorOf(error);
    }
  }

  async remove(workload: string): Promise<void> {
    try {
      const { kept } = await ask({ ask: "forget", workload }, "forgotten");
      toasts.say(`\`${workload}\` is removed`, { action: { title: "Undo", act: () => void this.#restore(kept, false) } });
      // What was to be saved over it would have no place.
      if (this.form.base === workload) this.close();
      await ordering.load();
    } catch (error) {
      toasts.error(error);
    }
  }

  async #chosen(title: string, folder: boolean): Promise<string | null> {
    if (this.choosing) return null;
    this.choosing = true;
    try {
      return (await ask({ ask: "choose", title, folder }, "chosen")).path;
    } catch (error) {
      toasts.error(error);
      return null;
    } finally {
      this.choosing = false;
    }
  }

  async #restore(kept: string, over: boolean): Promise<void> {
    try {
      await ask({ ask: "restore", kept, over }, "added");
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
