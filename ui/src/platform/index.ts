import type { Answer, Ask, Error as AppError, Push } from "../generated/types";

export type * from "../generated/types";
/** What went wrong, by a name that is not JavaScript's own. */
export type { AppError };

/** What an answer of this kind holds. */
export type Held<A extends Answer["answer"]> = Extract<Answer, { answer: A }> extends { is: infer Is } ? Is : null;

/** What a request of this kind says. */
export type Asking<A extends Ask["ask"]> = Extract<Ask, { ask: A }>;

export type Theme = Asking<"copy_chart">["theme"];

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

function expect<A extends Answer["answer"]>(answer: Answer, kind: A): Held<A> {
  if (answer.answer !== kind) throw new Error(`the app answered \`${answer.answer}\` where \`${kind}\` was expected`);
  return ("is" in answer ? answer.is : null) as Held<A>;
}

/** Asks; rejects with an `AppError` and with nothing else. */
export async function ask<A extends Answer["answer"]>(request: Ask, kind: A): Promise<Held<A>> {
  try {
    return expect(await (await platform()).ask(request), kind);
  } catch (error) {
    throw errorOf(error);
  }
}

/** Begins to listen; gives the bench that is going on. */
export async function listen(onPush: (push: Push) => void): Promise<Held<"live">> {
  try {
    return expect(await (await platform()).listen(onPush), "live");
  } catch (error) {
    throw errorOf(error);
  }
}

/** Whatever was thrown, as the app tells it. */
export function errorOf(error: unknown): AppError {
  if (typeof error === "object" && error !== null && "message" in error && "causes" in error) return error as AppError;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "environment", message, causes: [], hint: "try again; if it stays, start the app anew" };
}
