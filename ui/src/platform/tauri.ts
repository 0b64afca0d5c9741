import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import type { Answer, Push } from "../generated/types";
import type { Platform } from "./index";

/** Whether the page stands in the app's window rather than in a browser. */
export const inApp = isTauri;

export const tauri: Platform = {
  ask: (request) => invoke<Answer>("ask", { request }),
  listen: (onPush) => {
    const channel = new Channel<Push>(onPush);
    return invoke<Answer>("ask", { request: { ask: "live" }, channel });
  },
};
