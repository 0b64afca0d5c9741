import { ask, type Ask } from "../platform";
import { theme } from "./theme.svelte";
import { toasts } from "./toasts.svelte";

async function copy(request: Ask, said: string): Promise<void> {
  try {
    await ask(request, "done");
    toasts.say(said, { tone: "good" });
  } catch (error) {
    toasts.fault(error);
  }
}

export function copyText(text: string): Promise<void> {
  return copy({ ask: "copy_text", text }, "Copied");
}

export function copyChart(run: string, workload: string, chart: string, format: "svg" | "png"): Promise<void> {
  return copy({ ask: "copy_chart", run, workload, chart, format, theme: theme.now }, `Chart copied as ${format.toUpperCase()}`);
}

export function copyTable(run: string, workload: string): Promise<void> {
  return copy({ ask: "copy_table", run, workload }, "Table copied as Markdown");
}
