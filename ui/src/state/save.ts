import { ask, type Ask, type Comparing } from "../platform";
import { toasts } from "./toasts.svelte";

/** What takes longer than this is said to go on. */
const SLOW_MS = 400;

async function save(request: Ask): Promise<void> {
  let said: number | null = null;
  const slow = setTimeout(() => (said = toasts.say("Saving …")), SLOW_MS);
  try {
    const { text, left_out, saved } = await ask(request, "saved");
    toasts.say(text, { tone: "good", hint: left_out, action: { title: "Open folder", act: () => void reveal(saved) } });
  } catch (error) {
    toasts.error(error);
  } finally {
    clearTimeout(slow);
    if (said !== null) toasts.close(said);
  }
}

async function reveal(saved: number): Promise<void> {
  try {
    await ask({ ask: "reveal_saved", saved }, "done");
  } catch (error) {
    toasts.error(error);
  }
}

/** The run as it is shown: against this lane, or against the usual one. */
export function saveRun(run: string, form: string, baseline: string | null): Promise<void> {
  return save({ ask: "export", run, form, baseline });
}

export function saveCompared(what: Comparing, form: string): Promise<void> {
  return save({ ask: "export_compared", what, form });
}
