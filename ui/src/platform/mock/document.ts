import type { Block, Column, Document, TableEntry, EntryTone, Opening, Section, Table, WordCell } from "../../generated/types";
import { LANES, LOOKS } from "./lanes";

export const entry = (main: string, beside = "", tone: EntryTone = "plain"): TableEntry => ({ main, beside, tone });

export function column(main: string, beside = "", help = "", of: Partial<Column> = {}): Column {
  return { main, beside, help, of_load: false, of_words: false, ...of };
}

export function table(heading: string, caption: string, columns: Column[], rows: Table["rows"]): Block {
  return { kind: "table", what: { heading, caption, columns, rows, elsewhere: "they are in the JSON form", most: null } };
}

export function facts(heading: string, of: [title: string, text: string][]): Block {
  return { kind: "facts", what: { heading, of: of.map(([title, text]) => ({ title, text })) } };
}

export function remarks(heading: string, standing: boolean, lines: string[]): Block {
  return { kind: "remarks", what: { heading, lines, standing } };
}

export function listing(heading: string, lead: string, columns: string[], rows: Partial<WordCell>[][], more: string | null = null): Block {
  return { kind: "listing", what: { heading, lead, columns, rows: rows.map((row) => row.map((words) => ({ text: "", below: null, ...words }))), more } };
}

export function section(id: string, heading: string, blocks: Block[], workload: string | null = null): Section {
  return { id, heading, workload, aside: false, blocks };
}

export function documentOf(title: string, opening: Opening, sections: Section[]): Document {
  return { title, subject: title, origin: [], opening, lanes: LANES.map((lane) => LOOKS[lane]), sections, whole: "the HTML page" };
}
