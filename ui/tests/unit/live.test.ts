import { beforeEach, expect, test } from "vitest";
import { standIn, type Live, type Order } from "../../src/platform";
import { cellKey, live } from "../../src/state/live.svelte";
import { place } from "../../src/state/place.svelte";
import { toasts } from "../../src/state/toasts.svelte";
import { stand } from "./stand";

const ORDER: Order = { workloads: ["hello"], lanes: ["docker"], preset: "quick", fields: {} };
// Each test has its own, higher than all before it, as the app gives them out.
let epoch = 0;

function at(number: number, rest: Partial<Live> = {}): Live {
  return {
    title: "hello in docker: cold start", counter: `${number} of 15 trials`, fraction: number / 15, left: null, stopping: false, cells: [], looks: [], tracks: [], charts: [], notices: [],
    laps: [{ number, workload: "hello", lane: "docker", outcome: "passed", total: "325 ms", spans: [], end: 0.8, clipped: null, run_ms: 300, note: null }], ...rest,
  };
}

beforeEach(() => {
  epoch += 10;
  live.found(null);
  toasts.shown = [];
  place.screen = "bench";
  place.run = null;
});

test("the newest lap of a lane stands in the race", () => {
  live.pushed({ push: "live", epoch, live: at(1) });
  live.pushed({ push: "live", epoch, live: at(2) });
  expect(live.laps.get(cellKey({ workload: "hello", lane: "docker" }))?.number).toBe(2);
  expect(live.newest?.number).toBe(2);
});

test("charts of workloads that did not change are kept", () => {
  live.pushed({ push: "live", epoch, live: at(1, { charts: [{ workload: "hello", charts: [] }] }) });
  live.pushed({ push: "live", epoch, live: at(2, { charts: [{ workload: "json-api", charts: [] }] }) });
  expect([...live.charts.keys()]).toEqual(["hello", "json-api"]);
});

test("a push of an older epoch is dropped", () => {
  live.pushed({ push: "live", epoch, live: at(5) });
  live.pushed({ push: "live", epoch: epoch - 1, live: at(1) });
  expect(live.now?.counter).toBe("5 of 15 trials");
});

test("nothing of a bench that ended brings it back", () => {
  live.pushed({ push: "live", epoch, live: at(5) });
  live.pushed({ push: "ended", epoch, run: "r1", how: "done", fault: null });
  live.pushed({ push: "live", epoch, live: at(6) });
  expect(live.now).toBeNull();
});

test("a bench of a newer epoch starts from an empty race", () => {
  live.pushed({ push: "live", epoch, live: at(5) });
  live.pushed({ push: "live", epoch: epoch + 1, live: at(1, { laps: [] }) });
  expect(live.laps.size).toBe(0);
});

test("the end opens the run where the bench was watched, and offers it elsewhere", () => {
  live.pushed({ push: "ended", epoch, run: "r1", how: "done", fault: null });
  expect([place.screen, place.run]).toEqual(["run", "r1"]);
  place.go("history");
  live.pushed({ push: "ended", epoch: epoch + 1, run: "r2", how: "done", fault: null });
  expect([place.screen, place.run]).toEqual(["history", "r1"]);
  toasts.shown[0]?.action?.act();
  expect([place.screen, place.run]).toEqual(["run", "r2"]);
});

test("a page that comes back shows the bench that is going on", () => {
  live.found(at(7));
  expect(live.now?.counter).toBe("7 of 15 trials");
  expect(live.laps.size).toBe(1);
});

test("cancel is asked once", async () => {
  const { platform, asked } = stand();
  standIn(platform);
  live.pushed({ push: "live", epoch, live: at(1) });
  await Promise.all([live.cancel(), live.cancel()]);
  expect(asked).toEqual([{ ask: "cancel" }]);
  expect(live.now?.stopping).toBe(true);
});

test("a start that is refused says why and leaves the form", async () => {
  const { platform } = stand({ start: () => { throw { code: "environment", message: "another bench is running", causes: [], hint: "wait for it" }; } });
  standIn(platform);
  await live.start(ORDER);
  expect(toasts.shown[0]).toMatchObject({ text: "another bench is running", hint: "wait for it", tone: "problem" });
  expect(live.starting).toBe(false);
});

test("the race is shown while lanes are still being prepared", async () => {
  const preparing = at(0, { laps: [] });
  standIn(stand({ start: () => ({ answer: "started", is: { epoch } }), live: { answer: "live", is: preparing } }).platform);
  await live.start(ORDER);
  expect(live.now).toEqual(preparing);
});
