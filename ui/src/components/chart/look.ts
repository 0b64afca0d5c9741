import type { ChartSpec, Theme } from "../../platform";

/** What the chart takes from the page: its ground and its letters. */
export interface Ground {
  paper: string;
  ink: string;
  muted: string;
  line: string;
  font: string;
  fontSize: number;
  /** Of the whole chart, in pixels. */
  width: number;
}

export function groundOf(element: HTMLElement): Ground {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: token("--paper"), ink: token("--ink"), muted: token("--muted"), line: token("--line"),
    font: style.fontFamily, fontSize: Number.parseFloat(style.fontSize) || 13, width: element.clientWidth,
  };
}

let pen: CanvasRenderingContext2D | null | undefined;

/** How wide these words are, in pixels. */
export function widthOf(text: string, font: string): number {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return 0;
  pen.font = font;
  return pen.measureText(text).width;
}

/** The colour of a lane; what is of no lane has the colour of text. */
export function colourOf(spec: Pick<ChartSpec, "lanes">, lane: string | null, theme: Theme, none: string): string {
  return spec.lanes.find((look) => look.lane === lane)?.[theme] ?? none;
}
