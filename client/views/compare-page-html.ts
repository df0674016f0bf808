/** The page of a comparison of memory managers as HTML; apart from the editor, so that it is tested without one. */
import type { ComparedDifference, ComparedManager, ComparedPlace, Comparison } from "#wire";
import { comparePlot, lineStyle, PLOT_STYLE } from "./compare-plot.ts";
import { escaped, htmlPage, STYLE } from "./html.ts";

/** What there is to show. */
export type ComparisonFacts =
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly comparison: Comparison }
  /** Why there is no comparison. */
  | { readonly kind: "failed"; readonly message: string };

/** Commands behind the links of the page. */
export interface CompareLinks {
  /** Debugs the program under a manager, from a program step on. */
  travel(manager: string, step: number): string;
  readonly again: string;
}

const TABLE_STYLE = `
table { border-collapse: collapse; margin: 1em 0; }
div.wide { overflow-x: auto; }
th, td { padding: 0.2em 0.9em 0.2em 0; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th { font-weight: 600; border-bottom: 1px solid var(--vscode-foreground); }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
td.swatch svg { width: 34px; display: inline-block; vertical-align: middle; margin-right: 0.5em; }
code { font-family: var(--vscode-editor-font-family); }`;

export function comparePage(name: string, facts: ComparisonFacts, links: CompareLinks): string {
  const style = `${STYLE}${PLOT_STYLE}${TABLE_STYLE}`;
  return htmlPage(`${name} under every memory manager`, style, bodyOf(facts, links));
}

function bodyOf(facts: ComparisonFacts, links: CompareLinks): string {
  const again = `<p><a class="button" href="${escaped(links.again)}">Run again</a></p>`;
  switch (facts.kind) {
    case "running":
      return "<p>The program runs under each memory manager …</p>";
    case "failed":
      return `${again}<pre class="failed">${escaped(facts.message)}</pre>`;
    case "done":
      return `${again}${comparisonBody(facts.comparison, links)}`;
  }
}

function comparisonBody({ managers, differences, incomparable }: Comparison, links: CompareLinks): string {
  const unlike =
    incomparable.length === 0
      ? ""
      : `<p>Under ${escaped(incomparable.join(", "))} the program allocates otherwise, so live sets are not compared.</p>`;
  return `<p>Click on a line of the plot to debug the program from that step on, under that manager.</p>
${comparePlot(managers, links.travel)}
${managerTable(managers)}
<h2>Where they part</h2>
${unlike}${differences.length === 0 ? "<p>At every step the same objects are alive under all of them.</p>" : differenceTable(differences, links)}`;
}

const HEADINGS = [
  "manager",
  "allocated",
  "freed",
  "live at end",
  "peak bytes",
  "collections",
  "all pauses",
  "longest",
  "counts touched",
  "leaked",
  "ends with",
];

function managerTable(managers: readonly ComparedManager[]): string {
  const head = HEADINGS.map((text) => `<th${text === "ends with" ? ' class="text"' : ""}>${text}</th>`).join("");
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${managers.map(managerRow).join("\n")}</tbody></table></div>`;
}

function managerRow(row: ComparedManager, index: number): string {
  const { color, dash } = lineStyle(index);
  const swatch = `<svg viewBox="0 0 34 10"><path class="line" style="stroke: ${color}" stroke-dasharray="${dash}" d="M0 5H34"/></svg>`;
  const figures = [
    row.allocations,
    row.frees,
    row.liveObjects,
    row.peakBytes,
    row.collections,
    `${row.totalPauseMs.toFixed(2)} ms`,
    `${row.longestPauseMs.toFixed(2)} ms`,
    row.countOperations,
    row.leaks,
  ].map((figure) => `<td>${typeof figure === "number" ? figure.toLocaleString("en-US") : figure}</td>`);
  const ending = row.failed ? `<span class="failed">${escaped(row.ending)}</span>` : "program end";
  const errors = row.errors.map((error) => `<br><span class="failed">${escaped(error)}</span>`).join("");
  return `<tr><td class="swatch">${swatch}${escaped(row.manager)}</td>${figures.join("")}<td class="text">${ending}${errors}</td></tr>`;
}

function differenceTable(differences: readonly ComparedDifference[], { travel }: CompareLinks): string {
  const rows = differences.map(({ first, second, step, place, aliveIn, object }) => {
    const go = (manager: string) => `<a href="${escaped(travel(manager, step))}">${escaped(manager)}</a>`;
    const cells = [
      `${go(first)}, ${go(second)}`,
      `${step.toLocaleString("en-US")}${placeText(place)}`,
      `${escaped(object.type)} of step ${object.step.toLocaleString("en-US")}${placeText(object.place)}`,
      `alive under ${escaped(aliveIn)}, gone under ${escaped(aliveIn === first ? second : first)}`,
    ];
    return `<tr>${cells.map((cell) => `<td class="text">${cell}</td>`).join("")}</tr>`;
  });
  const head = ["first difference of", "at step", "object", "which is"].map((text) => `<th class="text">${text}</th>`);
  return `<div class="wide"><table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function placeText(place: ComparedPlace | null): string {
  return place === null ? "" : `, line ${place.line + 1} <code>${escaped(place.text)}</code>`;
}
