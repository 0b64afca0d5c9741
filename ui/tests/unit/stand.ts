import type { Answer, Ask, Platform, Push } from "../../src/platform";

/** A platform that answers from a table and keeps what it was asked. */
export function stand(answers: Partial<Record<Ask["ask"], Answer | (() => Answer | Promise<Answer>)>> = {}) {
  const asked: Ask[] = [];
  let push: (push: Push) => void = () => {};
  const platform: Platform = {
    async ask(request) {
      asked.push(request);
      const answer = answers[request.ask] ?? { answer: "done" };
      return typeof answer === "function" ? answer() : answer;
    },
    async listen(onPush) {
      push = onPush;
      const answer = answers.live ?? { answer: "live", is: null };
      return typeof answer === "function" ? answer() : answer;
    },
  };
  return { platform, asked, push: (one: Push) => push(one) };
}
