import { expect, test } from "vitest";
import { history } from "../../src/platform/mock/history";
import { sift } from "../../src/screens/history/sift";

const ANY = { search: "", host: "", workload: "", lane: "" };
const { runs } = history("many");

test("without a filter every run is there", () => {
  expect(sift(runs, ANY)).toHaveLength(10_000);
});

test("every word must be found, in any order and any case", () => {
  expect(sift(runs, { ...ANY, search: "WASM before" }).map((row) => row.name)).toEqual(["Before the move to Wasm"]);
});

test("filters add up", () => {
  const found = sift(runs, { ...ANY, host: "graviton (aarch64)", lane: "docker+hostnet" });
  expect(found.length).toBeGreaterThan(0);
  expect(found.every((row) => row.host.startsWith("graviton") && row.lanes.includes("docker+hostnet"))).toBe(true);
});
