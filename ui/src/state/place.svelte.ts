export type Screen = "bench" | "run" | "history" | "doctor";

/** Which screen is shown, and which run is open. Kept in the address, so that a reload comes back to it. */
class Place {
  screen = $state<Screen>("bench");
  run = $state<string | null>(null);

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
    window.location.hash = run === null ? `/${screen}` : `/${screen}/${encodeURIComponent(run)}`;
  }

  #read(hash: string): void {
    const [, screen, run] = hash.split("/");
    if (screen !== "bench" && screen !== "run" && screen !== "history" && screen !== "doctor") return;
    this.run = run ? decodeURIComponent(run) : this.run;
    this.screen = screen === "run" && this.run === null ? "history" : screen;
  }
}

export const place = new Place();
