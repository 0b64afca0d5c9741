import type { History, HistoryRow } from "../../generated/types";
import { LANES } from "./lanes";
import { HOSTILE, type Scenario } from "./scenario";

const HOSTS = ["bench-01 (x86_64)", "graviton (aarch64)"];

function rowOf(index: number): HistoryRow {
  const state = index === 0 ? "running" : index === 3 ? "unfinished" : index % 17 === 5 ? "broken" : "finished";
  const [host = ""] = HOSTS.slice(index % 3 === 2 ? 1 : 0);
  const workloads = index % 2 === 0 ? ["hello", "json-api"] : ["json-api", "image-edge", "transform"];
  const lanes = state === "broken" ? [] : index % 4 === 0 ? [...LANES] : ["docker", "wasmtime", "native"];
  const name = index === 1 ? "Before the move to Wasm" : index === 4 ? "After pooling was switched on" : null;
  const tags = index % 3 === 1 ? ["laptop", "quick"] : [];
  const minute = String((index * 7) % 60).padStart(2, "0");
  return {
    id: `r${index}`, name: state === "broken" ? null : name, tags, when: `${21 - (index % 20)} Nov 2026, 0${index % 10}:${minute}`, host, workloads: state === "broken" ? [] : workloads, lanes, state,
    trials: state === "broken" ? "" : state === "unfinished" ? "23 of 150 trials" : "150 trials, 1 failed",
    note: state === "broken" ? "not a run file: expected `,` or `}` at line 118, column 4" : null,
    search: `r${index} ${name ?? ""} ${host} ${workloads.join(" ")} ${lanes.join(" ")} ${tags.join(" ")}`.toLowerCase(),
  };
}

export function history(world: Scenario): History {
  const count = world === "empty" ? 0 : world === "many" ? 10_000 : 24;
  const runs = Array.from({ length: count }, (_, index) => rowOf(index + (world === "usual" ? 1 : 0)));
  if (world === "hostile") runs.unshift({ ...rowOf(1), id: "hostile", name: HOSTILE, tags: [HOSTILE, HOSTILE], host: HOSTILE, note: HOSTILE });
  return { runs, hosts: count > 0 ? HOSTS : [], workloads: ["hello", "json-api", "image-edge", "transform"], lanes: [...LANES] };
}
