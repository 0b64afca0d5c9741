import { errorOf, type Tone } from "../platform";

/** A short message that goes by itself, unless it offers something to do or tells of a problem. */
export interface Toast {
  id: number;
  tone: Tone;
  text: string;
  hint: string | null;
  action: { title: string; act: () => void } | null;
}

const MOST = 4;
const STAYS_MS = 6000;

class Toasts {
  shown = $state.raw<Toast[]>([]);
  #next = 1;

  /** Gives what it can be closed by. */
  say(text: string, rest: Partial<Omit<Toast, "id" | "text">> = {}): number {
    const toast: Toast = { id: this.#next++, tone: "plain", hint: null, action: null, ...rest, text };
    this.shown = [...this.shown, toast].slice(-MOST);
    if (!toast.action && toast.tone !== "problem") setTimeout(() => this.close(toast.id), STAYS_MS);
    return toast.id;
  }

  error(error: unknown): void {
    const { code, message, hint = null } = errorOf(error);
    // What the user stopped is no problem.
    this.say(message, { tone: code === "interrupted" ? "plain" : "problem", hint });
  }

  close(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
