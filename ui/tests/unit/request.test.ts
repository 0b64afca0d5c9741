import { expect, test } from "vitest";
import { ask, errorOf, standIn } from "../../src/platform";
import { Request } from "../../src/state/request.svelte";
import { stand } from "./stand";

test("an older answer never replaces a newer one", async () => {
  const request = new Request<string>();
  let late: (value: string) => void = () => {};
  const first = request.load(() => new Promise<string>((done) => (late = done)));
  await request.load(async () => "second");
  late("first");
  await first;
  expect(request.value).toBe("second");
});

test("what is there stays while an error is shown", async () => {
  const request = new Request<string>();
  await request.load(async () => "there");
  await request.load(async () => { throw new Error("gone"); });
  expect(request.value).toBe("there");
  expect(request.error?.message).toBe("gone");
});

test("whatever is thrown becomes an error with a way out", () => {
  expect(errorOf("no such command")).toMatchObject({ message: "no such command", causes: [] });
  expect(errorOf(new Error("x")).hint).not.toBeNull();
});

test("an answer of another kind is an error", async () => {
  standIn(stand().platform);
  await expect(ask({ ask: "doctor" }, "doctor")).rejects.toMatchObject({ message: "the app answered `done` where `doctor` was expected" });
});
