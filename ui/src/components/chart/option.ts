import type { LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import type { EChartsCoreOption } from "echarts/core";
import type { Axis, ChartSpec, Series, Theme } from "../../platform";
import { colourOf, widthOf, type Ground } from "./look";
import { BEFORE_LABEL, gridLines, labelFont, shaped } from "./shapes";
import { FLAGS, PIECES, SYMBOLS } from "./symbols";

/** How much of its colour a line has that is open. */
const FAINT = 0.7;

const path = (outline: string) => `path://${outline}`;

function axis({ scale, min, max, ticks }: Axis, ground: Ground, rows: boolean): object {
  const words = new Map(ticks.filter((tick) => tick.label !== "").map((tick) => [tick.at, tick.label]));
  return {
    type: "value", min, max, splitLine: { show: false },
    axisLine: { show: scale !== "category", onZero: false, lineStyle: { color: ground.line } },
    axisTick: { show: scale !== "category", customValues: ticks.map((tick) => tick.at), lineStyle: { color: ground.line }, length: 4 },
    axisLabel: {
      customValues: [...words.keys()], formatter: (at: number) => words.get(at) ?? "", hideOverlap: !rows, showMinLabel: null, showMaxLabel: rows ? null : true,
      color: rows ? ground.ink : ground.muted, fontFamily: ground.font, fontSize: ground.fontSize, margin: 8,
    },
  };
}

function line(series: Series, colour: string): LineSeriesOption {
  const [open, pieces] = [series.fill === "open", PIECES[series.stroke]];
  return {
    type: "line", name: series.name, animation: false, clip: true, z: 3,
    data: series.points.map(({ x, y }) => [x, y]),
    step: series.mark === "step" ? "end" : false,
    lineStyle: { color: colour, width: open ? 1.2 : 2.5, type: pieces.length > 0 ? pieces : "solid", opacity: open ? FAINT : 1 },
    // Not seen until it is pointed at: it is there to be hit.
    symbol: "circle", symbolSize: 9, showSymbol: true, showAllSymbol: true,
    itemStyle: { color: colour, opacity: 0 },
    emphasis: { itemStyle: { opacity: 1 }, lineStyle: { width: 3 } },
  };
}

function dots(series: Series, colour: string, spec: ChartSpec, ground: Ground): ScatterSeriesOption {
  const [small, hollow] = [series.mark === "dots", series.fill === "open"];
  const symbol = spec.lanes.find((look) => look.lane === series.lane)?.symbol ?? "circle";
  return {
    type: "scatter", name: series.name, animation: false, clip: true, z: 3, symbol: path(SYMBOLS[symbol]), symbolSize: small ? 7 : 10,
    itemStyle: hollow
      ? { color: ground.paper, opacity: 1, borderColor: colour, borderWidth: 2 }
      : { color: colour, opacity: small ? 0.8 : 1, borderColor: ground.paper, borderWidth: 0.5 },
    data: series.points.map(({ x, y, flag }) => flag
      ? { value: [x, y], symbol: path(FLAGS[flag]), symbolSize: 12, itemStyle: { color: flag === "outlier" ? colour : ground.ink, opacity: 1 } }
      : { value: [x, y] }),
  };
}

function drawn(series: Series, spec: ChartSpec, theme: Theme, ground: Ground): object {
  const colour = colourOf(spec, series.lane, theme, ground.ink);
  switch (series.mark) {
    case "line":
    case "step":
      return line(series, colour);
    case "points":
    case "dots":
      return dots(series, colour, spec, ground);
    case "spans":
    case "boxes":
    case "labels":
    case "captions":
      return shaped(series, colour, ground);
  }
}

/** Text, and nothing that could be taken for markup. */
function asText(text: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "chart-tip";
  element.textContent = text;
  return element;
}

const EDGES = { left: 6, right: 4 };
/** The least share of the width that is left for a plot beside the words behind its marks. */
const LEAST_PLOT = 0.4;

/** How much room the words behind marks take beyond the plot, so that none of them stands on its mark. */
function roomBehind({ x, y, series }: ChartSpec, ground: Ground): number {
  const font = `${ground.fontSize}px ${ground.font}`;
  const left = EDGES.left + 8 + Math.max(0, ...y.ticks.map((tick) => widthOf(tick.label, font)));
  const right = ground.width - EDGES.right;
  const ends = series.filter((one) => one.mark === "labels").flatMap((one) => one.points.map((point) => {
    const along = (point.x - x.min) / (x.max - x.min);
    const wide = widthOf(point.label, labelFont(ground)) + BEFORE_LABEL + 4;
    return along > 0.01 ? left + (right - left - wide) / along : right;
  }));
  const end = Math.max(Math.min(right, ...ends), left + (right - left) * LEAST_PLOT);
  return Math.max(EDGES.right, ground.width - end);
}

/** How the chart library draws a specification. Positions are taken as they are: every axis is linear. */
export function optionOf(spec: ChartSpec, theme: Theme, ground: Ground): EChartsCoreOption {
  const [first, rows] = [gridLines(spec.x, spec.y, ground), spec.y.scale === "category"];
  return {
    animation: false,
    grid: { left: EDGES.left, right: roomBehind(spec, ground), top: 10, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: axis(spec.x, ground, false),
    yAxis: axis(spec.y, ground, rows),
    tooltip: {
      trigger: "item", confine: true, transitionDuration: 0, backgroundColor: ground.ink, borderWidth: 0, padding: [6, 10],
      textStyle: { color: ground.paper, fontFamily: ground.font, fontSize: ground.fontSize },
      formatter: ({ seriesIndex, dataIndex }: { seriesIndex: number; dataIndex: number }) =>
        asText(spec.series[seriesIndex - 1]?.points[dataIndex]?.label ?? ""),
    },
    series: [first, ...spec.series.map((series) => drawn(series, spec, theme, ground))],
  };
}
