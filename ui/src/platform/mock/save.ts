import type { Error as AppError, Form, Saved } from "../../generated/types";

const FOLDER = "/home/somebody/Downloads";

const form = ([slug, title, ending]: [string, string, string]): Form => ({ slug, title, ending });

export const OF_RUN = ([
  ["table", "Tables as text", "txt"], ["html", "HTML page", "html"], ["csv", "Every value as CSV", "csv"], ["csv-summary", "Figures as CSV", "csv"],
  ["json", "Everything as JSON", "json"], ["report-json", "Figures as JSON", "json"], ["markdown", "Markdown tables", "md"],
  ["svg", "Charts as SVG", "svg"], ["png", "Charts as PNG", "png"], ["hgrm", "HdrHistogram percentiles of each lane", "hgrm"], ["hlog", "HdrHistogram log", "hlog"],
  ["hyperfine", "Cold starts as hyperfine exports them", "json"], ["bencher", "Bencher Metric Format", "json"], ["github-action-benchmark", "github-action-benchmark", "json"],
  ["junit", "JUnit report of trials", "xml"], ["openmetrics", "OpenMetrics text", "om"],
  ["capsule", "Capsule with workloads and reports", "plimsoll"], ["capsule-alone", "Capsule without workloads", "plimsoll"],
] as [string, string, string][]).map(form);

export const OF_COMPARISON = OF_RUN.filter(({ ending }) => ending !== "plimsoll");

const OF_MANY_FILES = ["svg", "png", "hgrm"];

/** A folder for downloads that keeps only names. */
export class Downloads {
  #names = new Set<string>();
  #saved = 0;

  save(forms: Form[], slug: string, stem: string): Saved {
    const ending = forms.find((one) => one.slug === slug)?.ending;
    if (ending === undefined) throw { code: "usage", message: `there is no form \`${slug}\``, causes: [], hint: "choose one of the menu" } satisfies AppError;
    if (slug === "capsule" && stem === "r3") {
      throw {
        code: "environment", message: "the workload `json-api`, which the run measured, is not there", causes: [],
        hint: "`Capsule without workloads` packs the run and its reports alone; such a capsule can be opened, but not replayed",
      } satisfies AppError;
    }
    const name = (number: number) => (number === 1 ? `${stem}.${ending}` : `${stem} (${number}).${ending}`);
    let number = 1;
    while (this.#names.has(name(number))) number += 1;
    this.#names.add(name(number));
    const text = OF_MANY_FILES.includes(slug) ? `Saved 22 files in \`${FOLDER}\`` : `Saved as \`${FOLDER}/${name(number)}\``;
    this.#saved += 1;
    return { text, left_out: null, saved: this.#saved - 1 };
  }
}
