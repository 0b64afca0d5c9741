import { listen, type Push } from "../platform";
import { live } from "./live.svelte";
import { place } from "./place.svelte";
import { toasts } from "./toasts.svelte";

function take(push: Push): void {
  switch (push.push) {
    case "live":
    case "ended":
      return live.pushed(push);
    case "dropped":
      return place.open(push.path);
  }
}

/** Begins to take what the app sends, and picks up the bench that is going on. */
export async function connect(): Promise<void> {
  try {
    live.found(await listen(take));
  } catch (error) {
    toasts.error(error);
  }
}
