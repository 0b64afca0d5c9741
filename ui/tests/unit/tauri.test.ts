import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, expect, test } from "vitest";
import type { Push } from "../../src/platform";
import { tauri } from "../../src/platform/tauri";

afterEach(clearMocks);

test("every request goes through the one command", async () => {
  const calls: unknown[] = [];
  mockIPC((command, args) => {
    calls.push([command, args]);
    return { answer: "done" };
  });
  await tauri.ask({ ask: "cancel" });
  expect(calls).toEqual([["ask", { request: { ask: "cancel" } }]]);
});

test("the channel is handed over with the first request, and pushes come through it", async () => {
  const pushes: Push[] = [];
  let channel: { onmessage: (push: Push) => void } | undefined;
  mockIPC((_, args) => {
    channel = (args as { channel: typeof channel }).channel;
    return { answer: "live", is: null };
  });
  await tauri.listen((push) => pushes.push(push));
  channel?.onmessage({ push: "dropped", paths: ["a.json"] });
  expect(pushes).toEqual([{ push: "dropped", paths: ["a.json"] }]);
});
