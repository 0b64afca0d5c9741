import { errorOf, type AppError } from "../platform";

/** One thing asked for: being loaded, there, or refused. An older answer never replaces a newer one. */
export class Request<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  #latest = 0;

  async load(ask: () => Promise<T>): Promise<T | null> {
    const mine = ++this.#latest;
    this.busy = true;
    try {
      const value = await ask();
      if (mine !== this.#latest) return null;
      [this.value, this.error] = [value, null];
      return value;
    } catch (error) {
      if (mine === this.#latest) this.error = errorOf(error);
      return null;
    } finally {
      if (mine === this.#latest) this.busy = false;
    }
  }

  /** Forgets what is there, so that a skeleton shows while the next is loaded. */
  clear(): void {
    this.#latest += 1;
    [this.value, this.error, this.busy] = [null, null, false];
  }
}
