import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([CustomChart, LineChart, ScatterChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** A chart in this element, drawn anew only upon a new option or another size. */
export function engineIn(element: HTMLElement): EChartsType {
  return init(element, null, { renderer: "canvas" });
}
