/** The plot of a comparison as SVG: live bytes over program steps, a line for each manager. Every stretch of a line is a link. */
import type { ComparedManager } from "#wire";
import { escaped } from "./html.ts";

const WIDTH = 900;
const HEIGHT = 320;
const LEFT = 70;
const BOTTOM = 30;
const TOP = 10;
const RIGHT = 10;
/** Links of one line. */
const STRETCHES = 90;
const TICKS = 4;

/** Line colours of the editor's charts, with a dash pattern each, for those who do not tell the colours apart. */
const LINES = [
  { color: "--vscode-charts-blue", dash: "" },
  { color: "--vscode-charts-red", dash: "7 3" },
  { color: "--vscode-charts-green", dash: "2 2" },
  { color: "--vscode-charts-orange", dash: "10 3 2 3" },
  { color: "--vscode-charts-purple", dash: "5 5" },
  { color: "--vscode-charts-yellow", dash: "1 3" },
] as const;

export const PLOT_STYLE = `
svg { width: 100%; max-width: ${WIDTH}px; display: block; }
svg text { fill: var(--vscode-foreground); font-size: 11px; }
svg .axis { stroke: var(--vscode-foreground); stroke-opacity: 0.4; }
svg .grid { stroke: var(--vscode-foreground); stroke-opacity: 0.12; }
svg .line { fill: none; stroke-width: 2; }
svg .reach { fill: none; stroke: transparent; stroke-width: 12; pointer-events: stroke; }
svg a:focus { outline: none; }
svg a:hover .reach, svg a:focus .reach { stroke: var(--vscode-focusBorder); stroke-opacity: 0.5; }`;

export function lineStyle(index: number): { readonly color: string; readonly dash: string } {
  const line = LINES[index % LINES.length] as (typeof LINES)[number];
  return { color: `var(${line.color})`, dash: line.dash };
}

/** @param link what a click on a manager's line at a step is */
export function comparePlot(
  managers: readonly ComparedManager[],
  link: (manager: string, step: number) => string,
): string {
  const lastStep = Math.max(1, ...managers.map(({ steps }) => steps));
  const most = Math.max(1, ...managers.flatMap(({ curve }) => curve.map(({ bytes }) => bytes)));
  const scale: Scale = {
    x: (step) => LEFT + ((WIDTH - LEFT - RIGHT) * step) / lastStep,
    y: (bytes) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * bytes) / most,
  };
  const lines = managers.map((row, i) => managerLine(row, i, scale, (step) => link(row.manager, step)));
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Live bytes over program steps, a line for each manager">
${axes(scale, lastStep, most)}
${lines.join("\n")}
</svg>`;
}

interface Scale {
  x(step: number): number;
  y(bytes: number): number;
}

function axes({ x, y }: Scale, lastStep: number, most: number): string {
  const parts: string[] = [];
  for (let tick = 0; tick <= TICKS; tick++) {
    const bytes = Math.round((most * tick) / TICKS);
    const step = Math.round((lastStep * tick) / TICKS);
    const height = rounded(y(bytes));
    parts.push(
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}"/>`,
      `<text x="${LEFT - 6}" y="${height + 4}" text-anchor="end">${bytes.toLocaleString("en-US")}</text>`,
      `<text x="${rounded(x(step))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="${tick === TICKS ? "end" : "middle"}">${step.toLocaleString("en-US")}</text>`,
    );
  }
  const floor = HEIGHT - BOTTOM;
  parts.push(
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${floor}" y2="${floor}"/>`,
    `<line class="axis" x1="${LEFT}" x2="${LEFT}" y1="${TOP}" y2="${floor}"/>`,
    `<text x="${LEFT + 6}" y="${TOP + 10}">live bytes</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 2}" text-anchor="end">program steps</text>`,
  );
  return parts.join("\n");
}

function managerLine(
  { manager, curve, steps }: ComparedManager,
  index: number,
  scale: Scale,
  link: (step: number) => string,
): string {
  const { color, dash } = lineStyle(index);
  const points = curve.map(({ step, bytes }) => ({ x: scale.x(step), y: scale.y(bytes), step, bytes }));
  const last = points.at(-1);
  if (last === undefined) return "";
  points.push({ ...last, x: scale.x(steps), step: steps });
  const size = Math.max(1, Math.ceil((points.length - 1) / STRETCHES));
  const stretches: string[] = [];
  for (let from = 0; from < points.length - 1; from += size) {
    const part = points.slice(from, from + size + 1);
    const { step, bytes } = part[0] as (typeof points)[number];
    const wanted = Math.max(1, step);
    const title = `${manager}, step ${wanted.toLocaleString("en-US")}: ${bytes.toLocaleString("en-US")} bytes. Click to debug from there.`;
    stretches.push(
      `<a href="${escaped(link(wanted))}"><title>${escaped(title)}</title><path class="reach" d="${path(part)}"/></a>`,
    );
  }
  return `<path class="line" style="stroke: ${color}" stroke-dasharray="${dash}" d="${path(points)}"/>\n${stretches.join("\n")}`;
}

/** Steps, not slopes: between two points nothing changes. */
function path(points: readonly { readonly x: number; readonly y: number }[]): string {
  return points
    .map(({ x, y }, i) => {
      if (i === 0) return `M${rounded(x)} ${rounded(y)}`;
      return `H${rounded(x)}V${rounded(y)}`;
    })
    .join("");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
