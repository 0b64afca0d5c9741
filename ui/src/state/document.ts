import type { Block, Document, Section } from "../platform";

/** What blocks of this kind hold. */
type What<K extends Block["kind"]> = Extract<Block, { kind: K }>["what"];

/** What the blocks of one kind hold, in their order. */
export function whats<K extends Block["kind"]>(blocks: Block[], kind: K): What<K>[] {
  return blocks.filter((block) => block.kind === kind).map((block) => block.what as What<K>);
}

/** Blocks that say something, in the rows that they stand in: verdicts stand side by side, and so do facts. */
export function inRows(blocks: Block[]): Block[][] {
  const rows: Block[][] = [];
  for (const block of blocks) {
    if (Array.isArray(block.what) && block.what.length === 0) continue;
    const last = rows.at(-1);
    if (last && ["verdict", "facts"].includes(block.kind) && last[0]?.kind === block.kind) last.push(block);
    else rows.push([block]);
  }
  return rows;
}

/** What the section of this name says. */
export function blocksOf({ sections }: Document, id: string): Block[] {
  return sections.find((section) => section.id === id)?.blocks ?? [];
}

/** What is said of each workload, by its name: the rows of all runs first, then the figures. */
export function byWorkload(document: Document): Map<string, Block[]> {
  const said = new Map<string, Block[]>();
  const add = (workload: string, blocks: Block[]) => said.set(workload, [...(said.get(workload) ?? []), ...blocks]);
  for (const block of blocksOf(document, "runs")) if (block.kind === "table") add(block.what.heading, [block]);
  for (const { workload, blocks } of document.sections) if (workload !== null) add(workload, blocks);
  return said;
}

/** Sections of no workload, without what is read first, the verdict and the rows of runs, which stand above. */
export function around({ sections }: Document): Section[] {
  return sections.filter(({ id, workload, blocks }) => workload === null && blocks.length > 0 && !["caution", "verdict", "runs"].includes(id));
}
