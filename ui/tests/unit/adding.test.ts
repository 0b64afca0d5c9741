import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import { standIn, type AppError } from "../../src/platform";
import { offer, weigh } from "../../src/platform/mock/offer";
import { drop, look, tryIt } from "../../src/platform/mock/own";
import AddForm from "../../src/screens/bench/AddForm.svelte";
import OrderForm from "../../src/screens/bench/OrderForm.svelte";
import { adding } from "../../src/state/adding.svelte";
import { ordering } from "../../src/state/order.svelte";
import { place } from "../../src/state/place.svelte";
import { toasts } from "../../src/state/toasts.svelte";
import { stand } from "./stand";

const USUAL = offer("usual");

function world() {
  return stand({
    offer: { answer: "offer", is: USUAL },
    weigh: () => ({ answer: "weighed", is: weigh(ordering.order) }),
    look: () => ({ answer: "looked", is: look(adding.form) }),
    try: () => ({ answer: "tried", is: tryIt(adding.form) }),
    add: { answer: "added", is: { workload: "transform", kept: null } },
    images: { answer: "images", is: { names: ["nginx:alpine", "cart:1.4", "acme/cart:2"], note: null } },
    forget: { answer: "forgotten", is: { kept: "cart-1" } },
    restore: { answer: "added", is: { workload: "cart", kept: null } },
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
  expect(asked.find((request) => request.ask === "add")).toMatchObject({ form: { image: "cart:1.4", wasm: "/home/me/cart.wasm", requests: [{ method: "GET", path: "/" }] } });
  expect(adding.open).toBe(false);
});

test("what a file of WebAssembly lacks is told before anything is tried", async () => {
  const { platform, asked } = world();
  standIn(platform);
  adding.begin();
  render(AddForm);
  const user = userEvent.setup();
  expect(screen.queryByRole("list", { name: /asks of its host/ })).toBeNull();
  await user.type(screen.getByLabelText("WebAssembly file"), "/home/me/lacking.wasm");
  const told = await screen.findByRole("list", { name: /asks of its host/ });
  const [is, lack] = within(told).getAllByRole("listitem");
  expect(is?.textContent).toContain("The component speaks WASI 0.2 and exports wasi:http/incoming-handler@0.2.0");
  expect(lack?.textContent).toContain("wasmCloud and Spin provide it");
  expect(lack?.textContent).toContain("Warning: ");
  expect(asked.some((request) => request.ask === "try")).toBe(false);
});

test("a request is asked with the methods, and as often, as the desk tells", async () => {
  const asking = { methods: ["GET", "QUERY"], most: 2 };
  const { platform } = stand({
    offer: { answer: "offer", is: { ...USUAL, asking } }, weigh: () => ({ answer: "weighed", is: weigh(ordering.order) }),
    look: () => ({ answer: "looked", is: look(adding.form) }), images: { answer: "images", is: { names: [], note: null } },
  });
  standIn(platform);
  await ordering.load();
  adding.begin();
  render(AddForm);
  const methods = [...(screen.getByLabelText("Method") as HTMLSelectElement).options];
  expect(methods.map((one) => one.textContent)).toEqual(asking.methods);
  const more = (): HTMLButtonElement => screen.getByRole("button", { name: "Add a request" });
  await userEvent.setup().click(more());
  await expect.poll(() => more().disabled).toBe(true);
  adding.removeRequest(1);
  await expect.poll(() => more().disabled).toBe(false);
});

test("what the answers belong to no longer can't be called right; another name changes nothing", async () => {
  standIn(world().platform);
  adding.form.image = "cart";
  adding.open = true;
  await adding.try();
  adding.form.name = "mine";
  expect(adding.canBeAdded).toBe(true);
  adding.form.requests[0]!.path = "/other";
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
  expect([...document.querySelectorAll("legend")].map((legend) => legend.textContent).slice(0, 3)).toEqual(["Yours", "Built in", "Lanes"]);
  expect(screen.getAllByRole("button", { name: /^Remove/ })).toHaveLength(1);
  await userEvent.setup().click(screen.getByRole("button", { name: "Remove transform" }));
  await expect.poll(() => toasts.shown.at(-1)?.action?.title).toBe("Undo");
  toasts.shown.at(-1)?.action?.act();
  await expect.poll(() => asked.filter((request) => request.ask === "restore")).toEqual([{ ask: "restore", kept: "cart-1", over: false }]);
});

test("what is dropped fills the form, what can't be used is told, and a run is opened", async () => {
  standIn(stand({ drop: { answer: "dropped", is: drop(["/tmp/cart.wasm", "/tmp/notes.txt"], adding.form) }, images: { answer: "images", is: { names: [], note: null } }, look: () => ({ answer: "looked", is: look(adding.form) }) }).platform);
  await adding.dropped(["/tmp/cart.wasm", "/tmp/notes.txt"]);
  expect([adding.open, adding.form.wasm]).toEqual([true, "/tmp/cart.wasm"]);
  expect(adding.refused.map((remark) => remark.text)).toEqual([expect.stringContaining("`notes.txt`")]);
  adding.close();
  standIn(stand({ drop: { answer: "dropped", is: drop(["/tmp/run.json"], adding.form) } }).platform);
  await adding.dropped(["/tmp/run.json"]);
  expect([adding.open, place.screen, place.run]).toEqual([false, "run", "/tmp/run.json"]);
});

test("requests are added and removed, and a fault stands at its row", async () => {
  standIn(world().platform);
  adding.begin();
  render(AddForm);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("Image"), "cart:1.4");
  await user.click(screen.getByRole("button", { name: "Add a request" }));
  expect(document.activeElement).toBe(screen.getByLabelText("Path of request 2"));
  await screen.findByText(/a request has a path/);
  expect(screen.getByLabelText("Path of request 2").getAttribute("aria-invalid")).toBe("true");
  await user.keyboard("/carts");
  await user.type(screen.getByLabelText("Weight of request 2"), "3");
  await screen.findByText(/is asked 2 requests/);
  await user.click(screen.getByRole("button", { name: "Remove request 1" }));
  expect(adding.form.requests).toEqual([{ method: "GET", path: "/carts", body: "", weight: "3" }]);
});

test("an image of the engine is chosen by keyboard, and any other name stays possible", async () => {
  standIn(world().platform);
  adding.begin();
  render(AddForm);
  const user = userEvent.setup();
  const field = screen.getByRole("combobox", { name: "Image" });
  await user.type(field, "cart");
  await expect.poll(() => within(screen.getByRole("listbox")).queryAllByRole("option").map((one) => one.textContent)).toEqual(["cart:1.4", "acme/cart:2"]);
  await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect([adding.form.image, field.getAttribute("aria-expanded")]).toEqual(["acme/cart:2", "false"]);
  await user.clear(field);
  await user.type(field, "other:1");
  expect(adding.form.image).toBe("other:1");
});

test("a file is chosen in the system's own dialog, and nothing changes where the user closes it", async () => {
  const { platform, asked } = stand({ choose: { answer: "chosen", is: { path: "/home/me/cart.wasm" } }, images: { answer: "images", is: { names: [], note: null } }, look: () => ({ answer: "looked", is: look(adding.form) }) });
  standIn(platform);
  adding.begin();
  render(AddForm);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Choose the component or module" }));
  await screen.findByText("A component, 141 KiB");
  await user.click(screen.getByRole("button", { name: "Choose what is sent" }));
  await expect.poll(() => adding.form.requests[0]?.body).toBe("@/home/me/cart.wasm");
  expect(asked.filter((request) => request.ask === "choose")).toEqual([
    { ask: "choose", title: "Choose the component or module", folder: false },
    { ask: "choose", title: "Choose what is sent", folder: false },
  ]);
  standIn(stand({ choose: { answer: "chosen", is: { path: null } } }).platform);
  await user.click(screen.getByRole("button", { name: "Choose the folder to build from" }));
  expect([adding.form.dockerfile, adding.form.wasm]).toEqual(["", "/home/me/cart.wasm"]);
});

test("one's own is edited under its name, and what no field tells is named", async () => {
  const form = { ...adding.form, image: "cart:1", name: "cart", base: "cart", over: true };
  const elsewhere = { tone: "plain" as const, text: "It stays as it is: `container.user`.", remedy: null };
  const { platform, asked } = stand({
    edit: { answer: "filled", is: { form, elsewhere } }, images: { answer: "images", is: { names: [], note: "Docker is stopped." } },
    look: () => ({ answer: "looked", is: look(adding.form) }), try: () => ({ answer: "tried", is: tryIt(adding.form) }),
    add: { answer: "added", is: { workload: "cart", kept: "cart-1" } }, restore: { answer: "added", is: { workload: "cart", kept: null } },
    offer: { answer: "offer", is: USUAL }, weigh: () => ({ answer: "weighed", is: weigh(ordering.order) }), reveal_workload: { answer: "done" },
  });
  standIn(platform);
  await adding.edit("cart", true);
  render(AddForm);
  const user = userEvent.setup();
  await screen.findByRole("heading", { name: "Edit cart" });
  await screen.findByText("Docker is stopped.");
  expect((screen.getByLabelText("Name") as HTMLInputElement).readOnly).toBe(true);
  await user.click(screen.getByRole("button", { name: "Show folder" }));
  expect(asked.at(-1)).toEqual({ ask: "reveal_workload", workload: "cart" });
  await adding.try();
  await user.click(await screen.findByRole("button", { name: "This is right: save" }));
  await expect.poll(() => toasts.shown.at(-1)?.text).toContain("is saved");
  toasts.shown.at(-1)?.action?.act();
  await expect.poll(() => asked.filter((request) => request.ask === "restore")).toEqual([{ ask: "restore", kept: "cart-1", over: true }]);
});

test("lanes that few choose are folded away by what they are, and what is chosen of them is not", async () => {
  standIn(world().platform);
  await ordering.load();
  const shelf = (title: string) => [...document.querySelectorAll("details")].find((one) => one.querySelector("summary")?.textContent?.includes(title));
  render(OrderForm, { offer: USUAL });
  expect(shelf("More WebAssembly wasmtime")?.open).toBe(false);
  expect(shelf("More containers docker")?.textContent).toContain("1 of 2 can be used here");
  expect(screen.getByRole("checkbox", { name: /hostnet/ }).closest("details")).toBeNull();
  ordering.toggle("lanes", "wasmtime+winch");
  await expect.poll(() => shelf("More WebAssembly wasmtime")?.open).toBe(true);
  expect(shelf("More WebAssembly wasmtime")?.textContent).toContain("1 chosen, 2 of 2");
  ordering.toggle("lanes", "wasmtime+winch");
});
