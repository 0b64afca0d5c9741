import type { Answer, AppError, Push } from "../../src/platform";
import WRITTEN from "./answers.json";

type Of<A extends Answer["answer"]> = Extract<Answer, { answer: A }>;

/** What the app itself answers and pushes, written by `cargo xtask generate` from a run that is kept in the repository. */
export const app = WRITTEN as unknown as {
  done: Of<"done">;
  run: Of<"run">;
  compared: Of<"compared">;
  history: Of<"history">;
  saved: Of<"saved">;
  weighed: Of<"weighed">;
  faults: Of<"weighed">;
  nothing_live: Of<"live">;
  live: Of<"live">;
  started: Of<"started">;
  refused: AppError;
  ended: Extract<Push, { push: "ended" }>;
};
