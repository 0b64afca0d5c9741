import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { standIn, type Live } from "../../src/platform";
import { live } from "../../src/state/live.svelte";
import { connect } from "../../src/state/pushes";
import { app } from "./answers";
import { stand } from "./stand";

const bench = app.live.is as Live;

let frames: (() => void)[];
beforeEach(() => {
  live.found(null);
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => frames.push(draw));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("the app is told once a push is on the screen, and not before", async () => {
  const { platform, asked, push } = stand({ live: app.nothing_live });
  standIn(platform);
  await connect();
  push({ push: "live", epoch: 1, live: bench });
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  expect(live.now?.counter).toBe(bench.counter);
  expect(asked).toEqual([]);
  frames[0]?.();
  await vi.waitFor(() => expect(asked).toEqual([{ ask: "drawn" }]));
});

test("a window that can't be seen draws nothing and holds nothing up", async () => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  const { platform, asked, push } = stand({ live: app.nothing_live });
  standIn(platform);
  await connect();
  push({ push: "live", epoch: 1, live: bench });
  await vi.waitFor(() => expect(asked).toEqual([{ ask: "drawn" }]));
  expect(frames).toEqual([]);
});

test("an end is not waited for", async () => {
  const { platform, asked, push } = stand({ live: app.nothing_live });
  standIn(platform);
  await connect();
  push(app.ended);
  await Promise.resolve();
  expect([frames, asked]).toEqual([[], []]);
});

test("what moves on the screen comes to its end first", async () => {
  let end: () => void = () => {};
  const finished = new Promise<void>((done) => (end = done));
  document.getAnimations = () => [{ finished } as unknown as Animation];
  const { platform, asked, push } = stand({ live: app.nothing_live });
  standIn(platform);
  await connect();
  push({ push: "live", epoch: 1, live: bench });
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  frames[0]?.();
  await new Promise((done) => setTimeout(done));
  expect(asked).toEqual([]);
  end();
  await vi.waitFor(() => expect(asked).toEqual([{ ask: "drawn" }]));
  Reflect.deleteProperty(document, "getAnimations");
});
