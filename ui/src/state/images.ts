import { ask, type Images } from "../platform";
import { Request } from "./request.svelte";

/** The images that can be chosen. */
class EngineImages {
  list = new Request<Images>();

  async load(): Promise<void> {
    await this.list.load(() => ask({ ask: "images" }, "images"));
  }

  /** Those whose name holds what is typed, the ones that begin with it first. */
  like(typed: string): string[] {
    const wanted = typed.trim().toLowerCase();
    const found = (this.list.value?.names ?? []).filter((name) => name.toLowerCase().includes(wanted));
    const begins = (name: string) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
    return found.sort((one, other) => begins(one) - begins(other));
  }
}

export const images = new EngineImages();
