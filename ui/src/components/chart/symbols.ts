import type { Flag, Stroke, Symbol } from "../../platform";

/** Outlines in a box of 10 by 10, for the canvas and for the legend alike. */
export const SYMBOLS: Record<Symbol, string> = {
  circle: "M5,0.4A4.6,4.6,0,1,1,4.99,0.4Z",
  square: "M0.9,0.9H9.1V9.1H0.9Z",
  triangle: "M5,0.3L9.8,9H0.2Z",
  wedge: "M5,9.7L9.8,1H0.2Z",
  diamond: "M5,0L10,5L5,10L0,5Z",
  cross: "M3.5,0.2H6.5V3.5H9.8V6.5H6.5V9.8H3.5V6.5H0.2V3.5H3.5Z",
  star: "M5,-0.2L6.6,3.5L10.4,3.7L7.4,6.2L8.3,10L5,7.9L1.7,10L2.6,6.2L-0.4,3.7L3.4,3.5Z",
};

export const FLAGS: Record<Flag, string> = {
  outlier: "M5,0A5,5,0,1,1,4.99,0ZM5,1.6A3.4,3.4,0,1,0,5.01,1.6Z",
  failed: "M0,1.4L1.4,0L5,3.6L8.6,0L10,1.4L6.4,5L10,8.6L8.6,10L5,6.4L1.4,10L0,8.6L3.6,5Z",
};

/** Lengths of pieces and gaps, for the canvas and for the legend alike; none: unbroken. */
export const PIECES: Record<Stroke, number[]> = { solid: [], dashed: [8, 4.5], dotted: [2.4, 3], dash_dotted: [8, 3.2, 2.4, 3.2] };
