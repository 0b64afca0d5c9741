import type { HistoryRow } from "../../platform";

export interface Wanted { search: string; host: string; workload: string; lane: string }

/** The rows that hold every word and pass every filter. */
export function sift(rows: HistoryRow[], { search, host, workload, lane }: Wanted): HistoryRow[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return rows.filter((row) =>
    (host === "" || row.host === host) && (workload === "" || row.workloads.includes(workload)) && (lane === "" || row.lanes.includes(lane))
    && words.every((word) => row.search.includes(word)));
}
