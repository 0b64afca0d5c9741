import { expect, test } from "vitest";
import { watchForFaults } from "../../src/state/faults";
import { toasts } from "../../src/state/toasts.svelte";

test("what nobody caught is told, and stands in the page", () => {
  watchForFaults();
  window.dispatchEvent(new ErrorEvent("error", { message: "<b>x</b> is not a function" }));
  expect(document.documentElement.dataset.faults).toBe("<b>x</b> is not a function");
  expect(toasts.shown.at(-1)).toMatchObject({ tone: "problem", hint: expect.stringContaining("<b>x</b>") });
});
