import type { Answer, Ask, Fault, Push } from "./contract";

// The one place that says where the types come from.
export type * from "./contract";

/** What the window stands on: one request and one stream of pushes. */
export interface Platform {
  ask(request: Ask): Promise<Answer>;
  /** Asks for what is going on and hands over the channel; called once after each load of the page. */
  listen(onPush: (push: Push) => void): Promise<Answer>;
}

let chosen: Promise<Platform> | undefined;

async function choose(): Promise<Platform> {
  const { inApp, tauri } = await import("./tauri");
  if (__MOCK__ && !inApp()) return (await import("./mock")).mock();
  return tauri;
}

function platform(): Promise<Platform> {
  chosen ??= choose();
  return chosen;
}

/** For tests: stands in for the platform. */
export function standIn(other: Platform): void {
  chosen = Promise.resolve(other);
}

type Is<A extends Answer["answer"]> = Extract<Answer, { answer: A }>["is"];

function expect<A extends Answer["answer"]>(answer: Answer, kind: A): Is<A> {
  if (answer.answer !== kind) throw new Error(`the app answered \`${answer.answer}\` where \`${kind}\` was expected`);
  return answer.is as Is<A>;
}

/** Asks; rejects with a `Fault` and with nothing else. */
export async function ask<A extends Answer["answer"]>(request: Ask, kind: A): Promise<Is<A>> {
  try {
    return expect(await (await platform()).ask(request), kind);
  } catch (error) {
    throw faultOf(error);
  }
}

/** Begins to listen; gives the bench that is going on. */
export async function listen(onPush: (push: Push) => void): Promise<Is<"live">> {
  try {
    return expect(await (await platform()).listen(onPush), "live");
  } catch (error) {
    throw faultOf(error);
  }
}

/** Whatever was thrown, as a fault. */
export function faultOf(error: unknown): Fault {
  if (typeof error === "object" && error !== null && "message" in error && "causes" in error) return error as Fault;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "environment", message, causes: [], hint: "try again; if it stays, start the app anew" };
}
