export type Screen = "bench" | "run" | "history" | "doctor" | "compare";

/** Which screen is shown, which run is open, and which are compared. Kept in the address, so that a reload comes back to it. */
class Place {
  screen = $state<Screen>("bench");
  run = $state<string | null>(null);
  compared = $state.raw<string[]>([]);

  /** Follows the address; gives the way to stop. */
  follow(): () => void {
    const read = () => this.#read(window.location.hash);
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }

  go(screen: Screen): void {
    if (screen === "run" && this.run === null) return;
    this.#write(screen, this.run);
  }

  compare(runs: string[]): void {
    this.compared = runs;
    this.#write("compare", this.run);
  }

  open(run: string): void {
    this.#write("run", run);
  }

  /** The open run is gone. */
  closeRun(): void {
    this.run = null;
    if (this.screen === "run") this.#write("history", null);
  }

  #write(screen: Screen, run: string | null): void {
    [this.screen, this.run] = [screen, run];
    const names = screen === "compare" ? this.compared : run === null ? [] : [run];
    window.location.hash = `/${[screen, ...names.map(encodeURIComponent)].join("/")}`;
  }

  #read(hash: string): void {
    const [, screen, ...names] = hash.split("/");
    if (screen !== "bench" && screen !== "run" && screen !== "history" && screen !== "doctor" && screen !== "compare") return;
    const runs = names.filter((name) => name !== "").map(decodeURIComponent);
    if (screen === "compare") {
      if (runs.join() !== this.compared.join()) this.compared = runs;
    } else {
      this.run = runs[0] ?? this.run;
    }
    this.screen = screen === "run" && this.run === null ? "history" : screen;
  }
}

export const place = new Place();
