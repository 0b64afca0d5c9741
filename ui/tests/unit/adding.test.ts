import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import { standIn, type AppError } from "../../src/platform";
import { offer, weigh } from "../../src/platform/mock/offer";
import { look, tryIt } from "../../src/platform/mock/own";
import AddForm from "../../src/screens/bench/AddForm.svelte";
import OrderForm from "../../src/screens/bench/OrderForm.svelte";
import { adding } from "../../src/state/adding.svelte";
import { ordering } from "../../src/state/order.svelte";
import { toasts } from "../../src/state/toasts.svelte";
import { stand } from "./stand";

const USUAL = offer("usual");

function world() {
  return stand({
    offer: { answer: "offer", is: USUAL },
    weigh: () => ({ answer: "weighed", is: weigh(ordering.order) }),
    look: () => ({ answer: "looked", is: look(adding.form) }),
    try: () => ({ answer: "tried", is: tryIt(adding.form) }),
    add: { answer: "added", is: { workload: "transform" } },
    forget: { answer: "forgotten", is: { kept: "cart-1" } },
    restore: { answer: "added", is: { workload: "cart" } },
  });
}

beforeEach(() => {
  adding.close();
  toasts.shown = [];
});
afterEach(cleanup);

test("a workload is told, tried, called right, and chosen", async () => {
  const { platform, asked } = world();
  standIn(platform);
  await ordering.load();
  adding.begin();
  render(AddForm);
  const user = userEvent.setup();
  expect(document.activeElement).toBe(screen.getByLabelText("Image"));
  await user.keyboard("cart:1.4");
  await user.type(screen.getByLabelText("WebAssembly file"), "/home/me/cart.wasm");
  await screen.findByText("A component, 141 KiB");
  await user.keyboard("{Enter}");
  expect((await screen.findAllByRole("article")).map((one) => one.getAttribute("aria-label"))).toEqual(["docker", "docker+hostnet", "wasmtime", "wasmtime-process"]);
  await user.click(screen.getByRole("button", { name: "This is right" }));
  await expect.poll(() => ordering.workloads).toContain("transform");
  expect(asked.find((request) => request.ask === "add")).toMatchObject({ form: { image: "cart:1.4", wasm: "/home/me/cart.wasm", method: "GET", path: "/" } });
  expect(adding.open).toBe(false);
});

test("what the answers belong to no longer can't be called right; another name changes nothing", async () => {
  standIn(world().platform);
  adding.form.image = "cart";
  adding.open = true;
  await adding.try();
  adding.form.name = "mine";
  expect(adding.canBeAdded).toBe(true);
  adding.form.path = "/other";
  expect(adding.canBeAdded).toBe(false);
});

test("a fault stands at its field and keeps it from being tried", async () => {
  standIn(world().platform);
  adding.begin();
  render(AddForm);
  await userEvent.setup().type(screen.getByLabelText("WebAssembly file"), "cart.wasm");
  await screen.findByText(/is no whole path/);
  expect(screen.getByLabelText("WebAssembly file").getAttribute("aria-invalid")).toBe("true");
  expect((screen.getByRole("button", { name: "Try it" }) as HTMLButtonElement).disabled).toBe(true);
});

test("what is refused is told with its way out, and what the user stopped is not", async () => {
  const refused = (code: AppError["code"]): AppError => ({ code, message: "could not reach Docker", causes: [], hint: "start it" });
  let code: AppError["code"] = "environment";
  standIn(stand({ try: () => Promise.reject(refused(code)) }).platform);
  adding.form.image = "cart";
  adding.open = true;
  await adding.try();
  expect(adding.error?.hint).toBe("start it");
  code = "interrupted";
  await adding.try();
  expect([adding.error, adding.trying]).toEqual([null, false]);
});

test("those of the user's come first and can be removed with undo; the built-in ones can't", async () => {
  const { platform, asked } = world();
  standIn(platform);
  await ordering.load();
  render(OrderForm, { offer: { ...USUAL, yours: ["transform"] } });
  expect([...document.querySelectorAll("legend")].map((legend) => legend.textContent)).toEqual(["Yours", "Built in", "Lanes"]);
  expect(screen.getAllByRole("button", { name: /^Remove/ })).toHaveLength(1);
  await userEvent.setup().click(screen.getByRole("button", { name: "Remove transform" }));
  await expect.poll(() => toasts.shown.at(-1)?.action?.title).toBe("Undo");
  toasts.shown.at(-1)?.action?.act();
  await expect.poll(() => asked.filter((request) => request.ask === "restore")).toEqual([{ ask: "restore", kept: "cart-1" }]);
});

test("a dropped file of WebAssembly opens the form, any other file does not", () => {
  standIn(world().platform);
  expect(adding.dropped("/tmp/run.json")).toBe(false);
  expect(adding.open).toBe(false);
  expect(adding.dropped("/tmp/cart.wasm")).toBe(true);
  expect([adding.open, adding.form.wasm]).toEqual([true, "/tmp/cart.wasm"]);
});
