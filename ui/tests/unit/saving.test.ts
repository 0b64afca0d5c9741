import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { standIn, type Answer } from "../../src/platform";
import Heading from "../../src/screens/run/Heading.svelte";
import { actions } from "../../src/state/actions.svelte";
import { comparison } from "../../src/state/comparison.svelte";
import { byWorkload, whats } from "../../src/state/document";
import { place } from "../../src/state/place.svelte";
import { runs } from "../../src/state/runs.svelte";
import { saveCompared, saveRun } from "../../src/state/save";
import { toasts } from "../../src/state/toasts.svelte";
import { app } from "./answers";
import { stand } from "./stand";

// The app's own answers.

const run = app.run.is;
const compared = app.compared.is;
const WHAT = { runs: ["a", "b"], base: null, changed_files: false };

beforeEach(() => {
  toasts.shown = [];
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("the menu has every form of the app's list, and what is chosen is saved as the run is shown", async () => {
  const { platform, asked } = stand({ export: app.saved });
  standIn(platform);
  render(Heading, { run });
  const user = userEvent.setup();
  screen.getByRole("button", { name: "Save as …" }).focus();
  await user.keyboard("{Enter}");
  const items = await screen.findAllByRole("menuitem");
  expect(items.map((item) => item.textContent?.replace(/\s+/g, " ").trim())).toEqual(run.forms.map((form) => `${form.title} .${form.ending}`));
  expect(run.forms.at(-1)?.ending).toBe("plimsoll");
  await user.keyboard("{End}{Enter}");
  await expect.poll(() => asked).toEqual([{ ask: "export", run: run.id, form: run.forms.at(-1)?.slug, baseline: null }]);
});

test("what was saved is told with its file, and its folder is asked for by the number that came", async () => {
  const { platform, asked } = stand({ export_compared: app.saved });
  standIn(platform);
  await saveCompared(WHAT, "html");
  expect(toasts.shown).toMatchObject([{ tone: "good", text: app.saved.is.text, action: { title: "Open folder" } }]);
  toasts.shown[0]?.action?.act();
  await expect.poll(() => asked).toEqual([{ ask: "export_compared", what: WHAT, form: "html" }, { ask: "reveal_saved", saved: app.saved.is.saved }]);
});

test("what could not be saved is told with what helps", async () => {
  standIn(stand({ export: () => Promise.reject(app.refused) }).platform);
  await saveRun("a", "html", null);
  expect(toasts.shown).toMatchObject([{ tone: "problem", text: app.refused.message, action: null }]);
});

test("what takes long is said to go on until it is done", async () => {
  vi.useFakeTimers();
  let done: (answer: Answer) => void = () => {};
  standIn(stand({ export: () => new Promise<Answer>((resolve) => (done = resolve)) }).platform);
  const saving = saveRun("a", "png", null);
  await vi.advanceTimersByTimeAsync(1000);
  expect(toasts.shown.map((toast) => toast.text)).toEqual(["Saving …"]);
  done(app.saved);
  await saving;
  expect(toasts.shown.map((toast) => toast.text)).toEqual([app.saved.is.text]);
});

test("everything that can be saved or copied stands in the palette", async () => {
  const { platform, asked } = stand({ open: app.run, compare: app.compared });
  standIn(platform);
  const titles = () => actions().map((action) => action.title);
  place.open(run.id);
  await runs.show(run.id);
  for (const form of run.forms) expect(titles()).toContain(`Save as …: ${form.title}`);

  place.compare(["a", "b"]);
  await comparison.show(["a", "b"]);
  for (const form of compared.forms) expect(titles()).toContain(`Save the comparison as …: ${form.title}`);
  const [workload, blocks = []] = [...byWorkload(compared.document)][0] ?? [];
  const chart = whats(blocks, "charts").flat().find(({ lane, spec }) => lane !== null && spec.empty === null);
  actions().find((action) => action.title === `Copy chart as PNG: ${chart?.spec.title}`)?.act();
  const request = { what: comparison.what, shown: compared.shown, workload, lane: chart?.lane, chart: chart?.spec.slug };
  await expect.poll(() => asked.at(-1)).toEqual({ ask: "copy_compared_chart", ...request, format: "png", theme: "light" });
});
