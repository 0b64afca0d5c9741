import { tick } from "svelte";
import { ask, listen, type Push } from "../platform";
import { adding } from "./adding.svelte";
import { frameDrawn } from "./frame";
import { live } from "./live.svelte";
import { toasts } from "./toasts.svelte";

/** Settles once what changed is on the screen; at once where nothing is drawn, because the window can't be seen. */
async function drawn(): Promise<void> {
  await tick();
  if (document.hidden) return;
  await frameDrawn();
  // Inside a timed phase nothing moves.
  await Promise.allSettled(document.getAnimations?.().map((one) => one.finished) ?? []);
}

/** The next trial begins when this is told. */
async function tellDrawn(): Promise<void> {
  await drawn();
  // Who does not hear it goes on after a moment.
  await ask({ ask: "drawn" }, "done").catch(() => null);
}

function take(push: Push): void {
  switch (push.push) {
    case "live":
      live.pushed(push);
      return void tellDrawn();
    case "ended":
      return live.pushed(push);
    case "dropped":
      return void adding.dropped(push.paths);
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
