import type { Fill } from "../../platform";

/** A filling as the canvas takes it. */
export type Paint = string | { image: HTMLCanvasElement; repeat: "repeat"; scaleX: number; scaleY: number };

const TILE = 8;
const tiles = new Map<string, Paint>();

type Pen = CanvasRenderingContext2D;

function lines(pen: Pen, ends: [number, number, number, number][]): void {
  pen.beginPath();
  for (const [x, y, x2, y2] of ends) {
    pen.moveTo(x, y);
    pen.lineTo(x2, y2);
  }
  pen.stroke();
}

const rising = (pen: Pen) => lines(pen, [[-2, 2, 2, -2], [-1, TILE + 1, TILE + 1, -1], [TILE - 2, TILE + 2, TILE + 2, TILE - 2]]);
const falling = (pen: Pen) => lines(pen, [[-2, TILE - 2, 2, TILE + 2], [-1, -1, TILE + 1, TILE + 1], [TILE - 2, -2, TILE + 2, 2]]);

const CUTS: Partial<Record<Fill, (pen: Pen) => void>> = {
  rising,
  falling,
  crossed: (pen) => {
    rising(pen);
    falling(pen);
  },
  dotted: (pen) => {
    for (const [x, y] of [[2, 2], [6, 6]] as const) {
      pen.beginPath();
      pen.arc(x, y, 1.3, 0, 7);
      pen.fill();
    }
  },
  upright: (pen) => lines(pen, [[TILE / 2, 0, TILE / 2, TILE]]),
};

/** The lane's colour with a pattern cut out of it. */
export function paint(fill: Fill, colour: string, paper: string): Paint {
  const cut = CUTS[fill];
  if (!cut) return colour;
  const density = Math.max(1, Math.ceil(window.devicePixelRatio));
  const key = [fill, colour, paper, density].join();
  const known = tiles.get(key);
  if (known) return known;
  const image = document.createElement("canvas");
  image.width = image.height = TILE * density;
  const pen = image.getContext("2d");
  if (!pen) return colour;
  pen.scale(density, density);
  pen.fillStyle = colour;
  pen.fillRect(0, 0, TILE, TILE);
  pen.strokeStyle = pen.fillStyle = paper;
  pen.lineWidth = 1.6;
  cut(pen);
  const made: Paint = { image, repeat: "repeat", scaleX: 1 / density, scaleY: 1 / density };
  tiles.set(key, made);
  return made;
}
