import type { Card, Dropped, Error as AppError, FilledForm, Images, LookedAt, Offer, OwnForm, Remark, TriedAnswer, TriedLane, TriedOut } from "../../generated/types";
import { laneCards } from "./lanes";
import type { Scenario } from "./scenario";

const BODY = '{\n  "id": 17,\n  "items": [\n    { "product": 4, "count": 2, "price": "19.90" },\n    { "product": 31, "count": 1, "price": "4.50" }\n  ],\n  "total": "44.30"\n}';
const DIFFERENCE = '@@ line 7 @@\n   ],\n-  "total": "44.30"\n+  "total": "44.3"\n }\n';

function nameOf(form: OwnForm): string {
  const run = [form.image, form.wasm, form.native, form.dockerfile, form.archive].find((text) => text !== "") ?? "";
  return form.name || run.split("/").at(-1)?.split(/[:.]/)[0] || "service";
}

/** What is asked; a lone row without a path is a command. */
function asked(form: OwnForm): OwnForm["requests"] {
  const [only] = form.requests;
  return form.requests.length === 1 && only?.path.trim() === "" ? [] : form.requests;
}

/** In this world a name tells what the host lacks. */
function asksOf(wasm: string): Remark[] {
  const is: Remark = { tone: "plain", text: "The component speaks WASI 0.2 and exports `wasi:http/incoming-handler@0.2.0`; it begins with 1.06 MiB of memory.", remedy: null };
  const lack: Remark = { tone: "warning", text: "It imports what this host lacks: `wasi:keyvalue/store@0.2.0-draft` (wasmCloud and Spin provide it); only WASI 0.2 and 0.3.0 are provided.", remedy: null };
  return wasm.includes("lacking") ? [is, lack] : [is];
}

export function look(form: OwnForm): LookedAt {
  const faults: LookedAt["faults"] = [];
  for (const field of ["wasm", "native", "dockerfile", "archive"] as const) {
    if (form[field] && !form[field].startsWith("/")) faults.push({ field, message: `\`${form[field]}\` is no whole path: begin it with \`/\` or with \`~/\`` });
  }
  asked(form).forEach(({ path, weight }, row) => {
    if (!path.startsWith("/")) faults.push({ field: `requests.${row}.path`, message: path ? `\`${path}\` is no path: it begins with \`/\` and has no blanks, e.g. \`/carts/17\`` : "a request has a path: write e.g. `/carts/17`, or remove the row" });
    if (!/^\d*$/.test(weight)) faults.push({ field: `requests.${row}.weight`, message: `\`${weight}\` is no share: write e.g. \`3\`, or \`0\` for none of the load` });
  });
  if (faults.length > 0) return { name: null, kind: null, found: [], asks: [], faults };
  const found = form.wasm ? [{ field: "wasm", text: "A component, 141 KiB" }] : [];
  if (form.har) found.push({ field: "har", text: `Requests from \`${form.har}\`: 12 different of 31 to \`https://shop.example\`, each as often as it stands there. 2 entries of \`${form.har}\` left out: a WebSocket. Headers of \`${form.har}\` that are not sent: \`cookie\`. What the service needs of them is written as \`headers\` into its \`workload.toml\`, once it is added.` });
  if (form.archive) found.push({ field: "archive", text: "An image in a file, 12.4 MiB" });
  const [first, ...others] = asked(form).map(({ method, path }) => `${method} ${path}`);
  const kind = first === undefined && form.har ? "A service that is asked the requests of a HAR: the first one decides readiness." : first === undefined ? "A command that runs and exits." : others.length === 0 ? `A service that is asked \`${first}\`.` : `A service that is asked ${others.length + 1} requests: it is ready once it answers \`${first}\`.`;
  return { name: nameOf(form), kind, found, asks: form.wasm ? asksOf(form.wasm) : [], faults };
}

/** The last lane writes a price otherwise where a path says so, and the second one fails where the first path does. */
export function tryIt(form: OwnForm): TriedOut {
  const requests = asked(form);
  const differs = requests.some(({ path }) => path.includes("differ"));
  const lanes = laneCards(false).filter((lane) => (lane.slug.startsWith("docker") ? form.image || form.native || form.archive || form.dockerfile : lane.slug === "native" ? form.native : form.wasm));
  const ready = ["325 ms", "129 ms", "332 µs", "17.9 ms", "3.88 ms"];
  const answers = (isLast: boolean): TriedAnswer[] => (requests.length === 0 ? [{ path: "" }] : requests).map(({ path }) => {
    const other = isLast && path.includes("differ");
    const body = other ? BODY.replace("44.30", "44.3") : BODY;
    return { status: requests.length === 0 ? "exit code 0" : "status 200", content_type: requests.length === 0 ? null : "application/json", size: `${body.length} B`, body, difference: other ? DIFFERENCE : null, notes: [] };
  });
  const tried = lanes.map((lane, at): TriedLane => {
    const shown = { ...lane, summary: "", detail: "" };
    if (at === 1 && requests[0]?.path.includes("fail")) {
      const text = "phase ready: the container ended with exit code 1 before it answered";
      return { lane: shown, ready: null, difference: "panicked at src/main.rs:17:\ncould not open `/data/carts.db`: No such file or directory", remark: { tone: "problem", text, remedy: null }, answers: [] };
    }
    const other = differs && at === lanes.length - 1;
    const text = other ? (requests.length > 1 ? `1 of ${requests.length} answers differ from the first lane's` : "differs from the first lane's answer") : at === 0 ? "answered: the others are compared with this" : "answered the same";
    return { lane: shown, ready: ready[at] ?? "3 ms", difference: null, remark: { tone: other ? "warning" : "good", text, remedy: null }, answers: answers(other) };
  });
  const failed = tried.filter((lane) => lane.answers.length === 0).length;
  return {
    verdict: differs
      ? { tone: "warning", text: `The answers differ: 1 of ${tried.length} are not the first lane's. Where they differ its trials would fail.`, remedy: null }
      : failed > 0
        ? { tone: "warning", text: `${tried.length - failed} of ${tried.length} lanes answer, all the same. In the others its trials would fail.`, remedy: null }
        : { tone: "good", text: `All ${tried.length} lanes answer the same. Is the answer right?`, remedy: null },
    lanes: tried, requests: requests.map(({ method, path }) => `${method} ${path}`), can_be_added: tried.length > 0,
    left_out: form.native ? [] : [{ tone: "plain", text: "`native`: `cart` has no native binary for this machine", remedy: null }],
  };
}

/** In this world what a file holds is told by its ending. */
export function drop(paths: string[], form: OwnForm): Dropped {
  const dropped: Dropped = { form: null, added: [], run: null, refused: [] };
  for (const path of paths) {
    const field = path.endsWith(".wasm") ? "wasm" : path.endsWith(".tar") ? "archive" : path.endsWith(".har") ? "har" : null;
    if (field) dropped.form = { ...(dropped.form ?? form), [field]: path };
    else if (path.endsWith(".json")) dropped.run = path;
    else dropped.refused.push({ tone: "problem", text: `\`${path.split("/").at(-1) ?? path}\`: it is none of what can be used: a component or module of WebAssembly, a \`Dockerfile\` or a folder with one, an image from \`docker save\`, a native program, a HAR, a folder with a \`workload.toml\`, or a run`, remedy: null });
  }
  return dropped;
}

export function imagesOf(world: Scenario): Images {
  if (world === "down") return { names: [], note: "The engine's images can't be listed now: could not reach Docker at `unix:///var/run/docker.sock`." };
  return { names: ["cart:1.4", "nginx:alpine", "postgres:17", `registry.example.org/${"a-team-with-a-long-name/".repeat(3)}storefront-checkout-service:2026.11.28-nightly`], note: null };
}

/** The workloads that were added in this world. */
export class Yours {
  #kept = new Map<string, Card>();
  #forms = new Map<string, OwnForm>();
  #forgotten = new Map<string, Card>();

  within(offer: Offer): Offer {
    return { ...offer, workloads: [...this.#kept.values(), ...offer.workloads], yours: [...this.#kept.keys()] };
  }

  /** Gives what the one is brought back by that it was saved over. */
  add(form: OwnForm, others: Offer): { workload: string; kept: string | null } {
    const slug = nameOf(form);
    if (!form.over && this.within(others).workloads.some((card) => card.slug === slug)) {
      throw { code: "usage", message: `there is a workload \`${slug}\` already`, causes: [], hint: "give it another name, or remove the other one first" } satisfies AppError;
    }
    const what = [form.image && `Image \`${form.image}\``, form.wasm && `\`${form.wasm.split("/").at(-1)}\``].filter(Boolean).join(" and ");
    const requests = asked(form).length;
    const detail = requests === 0 ? "a command" : requests === 1 ? "a service, 1 request" : `a service, ${requests} requests`;
    this.#kept.set(slug, { slug, title: slug, summary: `${what}, added in the window.`, detail, colour: null, available: true, problem: null });
    this.#forms.set(slug, form);
    return { workload: slug, kept: form.over ? slug : null };
  }

  edit(slug: string, over: boolean): FilledForm {
    const form = this.#forms.get(slug);
    if (!form) throw { code: "usage", message: `\`${slug}\` is no workload that you added`, causes: [], hint: null } satisfies AppError;
    const elsewhere = `It stays as it is in \`/home/somebody/.local/share/plimsoll/workloads/${slug}/workload.toml\`, and is changed there: \`container.user\`, \`request.headers\`.`;
    return { form: { ...form, base: slug, over, name: over ? slug : `${slug}-2` }, elsewhere: { tone: "plain", text: elsewhere, remedy: null } };
  }

  forget(slug: string): string {
    const card = this.#kept.get(slug);
    if (card) this.#forgotten.set(slug, card);
    this.#kept.delete(slug);
    return slug;
  }

  restore(kept: string): string {
    const card = this.#forgotten.get(kept);
    if (card) this.#kept.set(kept, card);
    return kept;
  }
}
