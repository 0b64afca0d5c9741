import type { CustomSeriesOption } from "echarts/charts";
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from "echarts/types/dist/shared";
import type { Axis, Point, Series } from "../../platform";
import { widthOf, type Ground } from "./look";
import { paint } from "./paint";

type Shape = (point: Point, api: CustomSeriesRenderItemAPI) => CustomSeriesRenderItemReturn;

/** Even the smallest span is seen. */
const LEAST_PX = 2;
const SEAM_PX = 5;

function pixels(api: CustomSeriesRenderItemAPI, x: number, y: number): [number, number] {
  const [left = 0, top = 0] = api.coord([x, y]);
  return [left, top];
}

function corners(point: Point, api: CustomSeriesRenderItemAPI) {
  const [left, top] = pixels(api, point.x, point.y);
  const [right, bottom] = pixels(api, point.x2 ?? point.x, point.y2 ?? point.y);
  return {
    x: Math.min(left, right), y: Math.min(top, bottom),
    width: Math.max(LEAST_PX, Math.abs(right - left)), height: Math.max(LEAST_PX, Math.abs(bottom - top)),
  };
}

function span(series: Series, colour: string, ground: Ground): Shape {
  const open = series.fill === "open";
  const fill = open ? colour : paint(series.fill, colour, ground.paper);
  return (point, api) => {
    const shape = corners(point, api);
    // A seam between neighbours, where it leaves something of them.
    const lineWidth = open || shape.width > SEAM_PX ? 1 : 0;
    return {
      type: "group",
      children: [
        { type: "rect", shape, style: { fill, opacity: open ? 0.14 : 1 } },
        { type: "rect", shape, style: { fill: "none", stroke: open ? colour : ground.paper, lineWidth }, silent: true },
      ],
    };
  };
}

function box(colour: string): Shape {
  return (point, api) => {
    const body = corners(point, api);
    const middle = body.y + body.height / 2;
    const across = (value: number | null | undefined) => pixels(api, value ?? point.x, point.y)[0];
    const [low, median, high] = [across(point.low), across(point.median), across(point.high)];
    const line = (x1: number, y1: number, x2: number, y2: number, lineWidth: number) =>
      ({ type: "line" as const, shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth }, silent: true });
    const cap = body.height / 4;
    return {
      type: "group",
      children: [
        line(low, middle, body.x, middle, 1.5), line(body.x + body.width, middle, high, middle, 1.5),
        line(low, middle - cap, low, middle + cap, 1.5), line(high, middle - cap, high, middle + cap, 1.5),
        { type: "rect", shape: { ...body, r: 2 }, style: { fill: colour, opacity: 0.2 } },
        { type: "rect", shape: { ...body, r: 2 }, style: { fill: "none", stroke: colour, lineWidth: 1.5 }, silent: true },
        line(median, body.y, median, body.y + body.height, 3),
      ],
    };
  };
}

/** Between a mark and the words behind it. */
export const BEFORE_LABEL = 8;

export const labelFont = (ground: Ground): string => `600 ${ground.fontSize}px ${ground.font}`;

/** Words right of a place, cut where they have an end. Where they would leave the picture they end at its edge. */
function words(ground: Ground, bold: boolean): Shape {
  const font = bold ? labelFont(ground) : `400 ${ground.fontSize}px ${ground.font}`;
  const [fill, before] = bold ? [ground.ink, BEFORE_LABEL] : [ground.muted, 4];
  return (point, api) => {
    const [x, y] = pixels(api, point.x, point.y);
    const style = { text: point.label, fill, font, verticalAlign: "middle" as const };
    const end = point.x2 ?? null;
    if (end !== null) {
      const width = Math.max(0, pixels(api, end, point.y)[0] - x - before);
      return { type: "text", x: x + before, y, silent: true, style: { ...style, width, overflow: "truncate", ellipsis: "…" } };
    }
    const most = api.getWidth() - widthOf(point.label, font) - 4;
    return { type: "text", x: Math.min(x + before, most), y, silent: true, style };
  };
}

function custom(points: Point[], shape: Shape, rest: CustomSeriesOption): CustomSeriesOption {
  return {
    type: "custom", animation: false,
    data: points.map((point) => [point.x, point.y]),
    renderItem: (params, api) => {
      const point = points[params.dataIndex];
      return point ? shape(point, api) : null;
    },
    ...rest,
  };
}

/** Spans, boxes and words: what the chart library has no series for. */
export function shaped(series: Series, colour: string, ground: Ground): CustomSeriesOption {
  if (series.mark === "labels" || series.mark === "captions") return custom(series.points, words(ground, series.mark === "labels"), { silent: true, clip: false, z: 4 });
  const shape = series.mark === "boxes" ? box(colour) : span(series, colour, ground);
  return custom(series.points, shape, { name: series.name, clip: true, z: 2 });
}

/** Grid lines at the ticks that have words. Rows have none. */
export function gridLines(x: Axis, y: Axis, ground: Ground): CustomSeriesOption {
  const upright = x.scale === "category" ? [] : x.ticks.filter((tick) => tick.label !== "").map(({ at }): Point => ({ x: at, x2: at, y: y.min, y2: y.max, label: "" }));
  const level = y.scale === "category" ? [] : y.ticks.filter((tick) => tick.label !== "").map(({ at }): Point => ({ x: x.min, x2: x.max, y: at, y2: at, label: "" }));
  const line: Shape = (point, api) => {
    const [x1, y1] = pixels(api, point.x, point.y);
    const [x2, y2] = pixels(api, point.x2 ?? point.x, point.y2 ?? point.y);
    return { type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: ground.line, lineWidth: 1 } };
  };
  return custom([...upright, ...level], line, { silent: true, z: 0 });
}
