import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import Choice from "../../src/components/Choice.svelte";
import Tabs from "../../src/components/Tabs.svelte";
import Tags from "../../src/components/Tags.svelte";
import Words from "../../src/components/Words.svelte";
import { createRawSnippet } from "svelte";
import type { Card } from "../../src/platform";

afterEach(cleanup);

const CARD: Card = { slug: "docker", title: "docker", summary: "s", detail: "d", colour: null, available: true, problem: null };

test("what stands between backticks is code, and markup is text", () => {
  const { container } = render(Words, { text: "run `a<b>` or <b>c</b>, an odd ` stays" });
  expect([...container.querySelectorAll("code")].map((code) => code.textContent)).toEqual(["a<b>"]);
  expect(container.querySelector("b")).toBeNull();
  expect(container.textContent).toBe("run a<b> or <b>c</b>, an odd ` stays");
});

test("a card that is not available can't be chosen and says why, with the remedy", async () => {
  const toggle = vi.fn();
  render(Choice, { card: { ...CARD, available: false, problem: { what: "Docker is down", remedy: "start it" } }, chosen: true, toggle });
  const box = screen.getByRole<HTMLInputElement>("checkbox");
  expect(box.disabled).toBe(true);
  expect(box.checked).toBe(false);
  expect(screen.getByText("Docker is down")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Copy: start it" })).toBeTruthy();
});

test("a card is chosen by keyboard", async () => {
  const toggle = vi.fn();
  render(Choice, { card: CARD, chosen: false, toggle });
  await userEvent.tab();
  await userEvent.keyboard(" ");
  expect(toggle).toHaveBeenCalledOnce();
});

test("arrows go from tab to tab and round", async () => {
  const choose = vi.fn();
  render(Tabs, { label: "Workloads", tabs: [{ slug: "a", title: "a" }, { slug: "b", title: "b" }], chosen: "a", choose, children: createRawSnippet(() => ({ render: () => "<p>body</p>" })) });
  screen.getByRole("tab", { name: "a" }).focus();
  await userEvent.keyboard("{ArrowLeft}");
  expect(choose).toHaveBeenCalledWith("b");
});

test("a tag is kept with Enter and left with Escape", async () => {
  const keep = vi.fn();
  render(Tags, { tags: ["one"], label: "this run", keep });
  await userEvent.click(screen.getByRole("button", { name: "Add a tag to this run" }));
  await userEvent.keyboard("two{Enter}");
  expect(keep).toHaveBeenCalledExactlyOnceWith(["one", "two"]);
  await userEvent.click(screen.getByRole("button", { name: "Add a tag to this run" }));
  await userEvent.keyboard("three{Escape}");
  expect(keep).toHaveBeenCalledOnce();
});
