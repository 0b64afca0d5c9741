import type { Card, Error as AppError, LookedAt, Offer, OwnForm, TriedOut, TriedLane } from "../../generated/types";
import { laneCards } from "./lanes";

const BODY = '{\n  "id": 17,\n  "items": [\n    { "product": 4, "count": 2, "price": "19.90" },\n    { "product": 31, "count": 1, "price": "4.50" }\n  ],\n  "total": "44.30"\n}';
const DIFFERENCE = '@@ line 7 @@\n   ],\n-  "total": "44.30"\n+  "total": "44.3"\n }\n';

function nameOf(form: OwnForm): string {
  return form.name || (form.image || form.wasm || form.native).split("/").at(-1)?.split(/[:.]/)[0] || "service";
}

export function look(form: OwnForm): LookedAt {
  const faults: LookedAt["faults"] = [];
  for (const field of ["wasm", "native"] as const) {
    if (form[field] && !form[field].startsWith("/")) faults.push({ field, message: `\`${form[field]}\` is no whole path: begin it with \`/\` or with \`~/\`` });
  }
  if (form.path && !form.path.startsWith("/")) faults.push({ field: "path", message: `\`${form.path}\` is no path: it begins with \`/\` and has no blanks, e.g. \`/carts/17\`` });
  if (faults.length > 0) return { name: null, kind: null, found: [], faults };
  const found = form.wasm ? [{ field: "wasm", text: "A component, 141 KiB" }] : [];
  return { name: nameOf(form), kind: form.path ? `A service that is asked \`${form.method} ${form.path}\`.` : "A command that runs and exits.", found, faults };
}

/** The last lane but one writes a price otherwise where the path says so. */
export function tryIt(form: OwnForm): TriedOut {
  const differs = form.path.includes("differ");
  const lanes = laneCards(false).filter((lane) => (lane.slug.startsWith("docker") ? form.image || form.native : lane.slug === "native" ? form.native : form.wasm));
  const ready = ["325 ms", "129 ms", "332 µs", "17.9 ms", "3.88 ms"];
  const tried = lanes.map((lane, at): TriedLane => {
    const other = differs && at === lanes.length - 1;
    const body = other ? BODY.replace("44.30", "44.3") : BODY;
    return {
      lane: { ...lane, summary: "", detail: "" }, ready: ready[at] ?? "3 ms", difference: other ? DIFFERENCE : null,
      remark: other ? { tone: "warning", text: "differs from the first lane's answer", remedy: null } : { tone: "good", text: at === 0 ? "answered: the others are compared with this" : "answered the same", remedy: null },
      answer: { status: "status 200", content_type: "application/json", size: `${body.length} B`, body, notes: [] },
    };
  });
  return {
    verdict: differs
      ? { tone: "warning", text: `The answers differ: 1 of ${tried.length} are not the first lane's. Where they differ its trials would fail.`, remedy: null }
      : { tone: "good", text: `All ${tried.length} lanes answer the same. Is the answer right?`, remedy: null },
    lanes: tried, can_be_added: tried.length > 0,
    left_out: form.native ? [] : [{ tone: "plain", text: "`native`: `cart` has no native binary for this machine", remedy: null }],
  };
}

/** The workloads that were added in this world. */
export class Yours {
  #kept = new Map<string, Card>();
  #forgotten = new Map<string, Card>();

  within(offer: Offer): Offer {
    return { ...offer, workloads: [...this.#kept.values(), ...offer.workloads], yours: [...this.#kept.keys()] };
  }

  add(form: OwnForm, others: Offer): string {
    const slug = nameOf(form);
    if (this.within(others).workloads.some((card) => card.slug === slug)) {
      throw { code: "usage", message: `there is a workload \`${slug}\` already`, causes: [], hint: "give it another name, or remove the other one first" } satisfies AppError;
    }
    const what = [form.image && `Image \`${form.image}\``, form.wasm && `\`${form.wasm.split("/").at(-1)}\``].filter(Boolean).join(" and ");
    this.#kept.set(slug, { slug, title: slug, summary: `${what}, added in the window.`, detail: "a service, 1 request", colour: null, available: true, problem: null });
    return slug;
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
