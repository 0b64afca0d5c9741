import type { Offer, Order, Weighed } from "../../generated/types";
import { furtherCards, LANES, laneCards, SHELVES } from "./lanes";
import { HOSTILE, type Scenario } from "./scenario";

export const WORKLOADS: [slug: string, kind: string, summary: string][] = [
  ["hello", "A command that prints one line", "What a start costs when nothing else is to be done."],
  ["json-api", "A REST service over 1,000 products", "One by its id, a search, and the price of a cart."],
  ["image-edge", "Thumbnails at the edge", "Decodes a picture, scales it, encodes it anew."],
  ["transform", "A stream of records reshaped", "Reads 10,000 lines, filters, groups, writes JSON."],
];

function usual(trials: string, loaded: string, duration: string): Record<string, string> {
  return { trials, loaded, arms: "2", precision: "not asked for", rate: "half of what the slowest lane can serve", duration, memory: "256 MiB", cpus: "1", seed: "drawn at random, and kept in the run" };
}

export function offer(world: Scenario): Offer {
  const down = world === "down";
  const lanes = [...laneCards(down), ...furtherCards(down)];
  const workloads = WORKLOADS.map(([slug, summary, detail]) => ({
    slug, title: slug, summary, detail, colour: null, available: world === "usual" ? slug !== "image-edge" : true,
    problem: world === "usual" && slug === "image-edge" ? { what: "`native/x86_64/image-edge` is missing", remedy: "cargo xtask workloads image-edge" } : null,
  }));
  if (world === "hostile") workloads.push({ slug: HOSTILE, title: HOSTILE, summary: HOSTILE, detail: HOSTILE, colour: null, available: true, problem: null });
  return {
    workloads: world === "empty" ? [] : workloads,
    yours: [],
    lanes,
    shelves: SHELVES,
    presets: [
      { slug: "glance", title: "Glance", summary: "10 cold starts in one arm of a lane, 10 of them loaded for 0.2 s", usual: usual("10", "10", "0.2 s") },
      { slug: "quick", title: "Quick", summary: "12 cold starts in each of 2 arms of a lane, 12 of them loaded for 0.5 s", usual: usual("12", "12", "0.5 s") },
      { slug: "standard", title: "Standard", summary: "15 cold starts in each of 2 arms of a lane, 12 of them loaded for 2.5 s", usual: usual("15", "12", "2.5 s") },
      { slug: "rigorous", title: "Rigorous", summary: "50 cold starts in each of 2 arms of a lane, 15 of them loaded for 10 s", usual: usual("50", "15", "10 s") },
    ],
    fields: [
      { slug: "trials", title: "Cold starts in each arm", help: "How often each arm of each lane starts each workload from nothing." },
      { slug: "loaded", title: "Loaded trials in each arm", help: "How many of them are also put under load." },
      { slug: "precision", title: "Precision", help: "Go on until every interval is this narrow, e.g. `5 %`." },
      { slug: "arms", title: "Arms", help: "Independent measurements of each lane, shown as one: how far two differ is the noise floor." },
      { slug: "rate", title: "Rate", help: "Requests per second, the same in every lane, e.g. `1000/s`." },
      { slug: "duration", title: "Duration of the load", help: "How long each loaded trial serves, e.g. `2 s`." },
      { slug: "memory", title: "Memory limit", help: "The same in every lane, e.g. `256 MiB`." },
      { slug: "cpus", title: "CPU limit", help: "The same in every lane, e.g. `1` or `0.5`." },
      { slug: "seed", title: "Seed", help: "Gives the order of the trials: the same seed, the same order." },
    ],
    warnings: world === "empty" ? [] : [
      { tone: "warning", text: "The machine is virtualised: times vary more than on bare metal.", remedy: null },
      { tone: "warning", text: "The CPU governor is `powersave`.", remedy: "sudo cpupower frequency-set -g performance" },
    ],
    order: { workloads: world === "empty" ? [] : ["hello", "json-api"], lanes: LANES.filter((lane) => world !== "down" || !lane.startsWith("docker")), preset: "quick", fields: {} },
    asking: { methods: ["GET", "POST", "PUT", "PATCH", "DELETE"], most: 64 },
  };
}

export function weigh(order: Order): Weighed {
  const faults: Weighed["faults"] = [];
  const rate = order.fields["rate"];
  if (rate && !/^\d+\/s$/.test(rate)) faults.push({ field: "rate", message: `\`${rate}\` is no rate: write it as \`1000/s\`` });
  if (order.workloads.length === 0) faults.push({ field: null, message: "choose a workload" });
  if (order.lanes.length === 0) faults.push({ field: null, message: "choose a lane" });
  if (faults.length > 0) return { estimate: null, faults };
  const cells = order.workloads.length * order.lanes.length;
  const trials = cells * ({ glance: 10, quick: 24, standard: 30, rigorous: 100 }[order.preset] ?? 24);
  return { estimate: `about ${Math.max(1, Math.round(trials / 132))} min: ${trials} trials of ${order.workloads.length} workloads in ${order.lanes.length} lanes`, faults };
}
