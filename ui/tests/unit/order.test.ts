import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { standIn, type Ask } from "../../src/platform";
import { offer, weigh } from "../../src/platform/mock/offer";
import { ordering } from "../../src/state/order.svelte";
import { stand } from "./stand";

let asked: Ask[];
beforeEach(async () => {
  vi.useFakeTimers();
  const made = stand({ offer: { answer: "offer", is: offer("usual") }, weigh: () => ({ answer: "weighed", is: weigh(ordering.order) }) });
  asked = made.asked;
  standIn(made.platform);
  await ordering.load();
});
afterEach(() => vi.useRealTimers());

test("typing is weighed once it pauses", async () => {
  const before = asked.length;
  for (const text of ["1", "10", "100/s"]) {
    ordering.fields["rate"] = text;
    ordering.changed();
  }
  await vi.advanceTimersByTimeAsync(300);
  expect(asked.slice(before)).toEqual([{ ask: "weigh", order: ordering.order }]);
});

test("empty fields are the preset's and are not sent", () => {
  ordering.fields = { rate: "  ", seed: "7" };
  expect(ordering.order.fields).toEqual({ seed: "7" });
});

test("a fault stands at its field and blocks the start", async () => {
  ordering.fields = { rate: "fast" };
  ordering.changed();
  await vi.advanceTimersByTimeAsync(300);
  expect(ordering.faultOf("rate")).toContain("is no rate");
  expect(ordering.faultOf("seed")).toBeNull();
  expect(ordering.ready).toBe(false);
});

test("choices keep the order in which they are offered", () => {
  ordering.toggle("lanes", "docker");
  ordering.toggle("lanes", "docker");
  expect(ordering.lanes[0]).toBe("docker");
});

test("a lane that has gone is ordered no more", async () => {
  expect(ordering.lanes).toContain("docker");
  standIn(stand({ offer: { answer: "offer", is: offer("down") }, weigh: () => ({ answer: "weighed", is: weigh(ordering.order) }) }).platform);
  await ordering.load();
  expect(ordering.lanes).toEqual(["wasmtime", "wasmtime-process", "native"]);
});
