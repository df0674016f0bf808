/** `conspect compare`: one program under every manager, side by side, and where they part. */
import { compareManagers, MANAGERS, renderTable } from "#core";
import type { ComparedDifference, ComparedManager, ComparedPlace, Comparison } from "#wire";
import { type Command, EXIT_DONE, EXIT_FOUND, numberOption, parse, singleFile } from "../command.ts";
import { checkManager } from "../manager-options.ts";
import { HEAP_LIMITS, loadProgram, processPorts } from "../program.ts";
import { Progress } from "../progress.ts";
import { grouped } from "../text.ts";

const MILLISECONDS = 2;
/** Characters of an error message in the table. */
const ENDING_WIDTH = 60;

export const compareCommand: Command = {
  name: "compare",
  synopsis: "compare FILE [--managers A,B,...] [--heap MB] [--events] [--json]",
  summary: "run a program under every memory manager: a line for each, and where they part",
  async run(args) {
    const { values, positionals } = parse(args, {
      heap: { type: "string" },
      json: { type: "boolean" },
      managers: { type: "string" },
      events: { type: "boolean" },
    });
    const file = singleFile(positionals);
    const heapMB = numberOption("heap", values.heap, HEAP_LIMITS);
    const managers = values.managers?.split(",").map(checkManager) ?? MANAGERS.map(({ traits }) => traits.name);
    const comparison = compare(file, managers, heapMB, values.events === true);
    const text = values.json === true ? JSON.stringify(comparison, null, 2) : comparisonText(comparison).join("\n");
    process.stdout.write(`${text}\n`);
    return comparison.managers.some(({ failed }) => failed) ? EXIT_FOUND : EXIT_DONE;
  },
};

function compare(file: string, managers: readonly string[], heapMB: number, withSteps: boolean): Comparison {
  const progress = new Progress();
  const work = compareManagers({
    program: file,
    managers,
    load: (manager, write) =>
      loadProgram(file, { manager, managerOptions: {}, heapMB, args: [], ports: processPorts(write) }),
    clock: () => performance.now(),
    withSteps,
  });
  for (let next = work.next(); ; next = work.next()) {
    if (next.done === true) {
      progress.end();
      return next.value;
    }
    progress.say(`${next.value.manager}: ${grouped(next.value.steps)} steps`);
  }
}

export function comparisonText(comparison: Comparison): readonly string[] {
  const { managers, differences, incomparable } = comparison;
  return [
    ...renderTable(HEADINGS, managers.map(rowOf)),
    "",
    ...outputLines(managers),
    ...managers.flatMap(({ manager, errors }) => errors.map((error) => `${manager}: ${error}`)),
    ...(incomparable.length === 0
      ? []
      : [`Under ${incomparable.join(", ")} the program allocates otherwise: live sets are not compared.`]),
    ...differenceLines(differences),
    ...stepLines(comparison),
  ];
}

const HEADINGS = [
  "manager",
  "allocated",
  "freed",
  "live at end",
  "live bytes",
  "peak bytes",
  "collections",
  "all pauses",
  "longest",
  "counts touched",
  "leaked",
  "steps",
  "ends with",
];

function rowOf(row: ComparedManager): string[] {
  const milliseconds = (value: number) => `${value.toFixed(MILLISECONDS)} ms`;
  const ending = row.failed ? row.ending : "program end";
  return [
    row.manager,
    grouped(row.allocations),
    grouped(row.frees),
    grouped(row.liveObjects),
    grouped(row.liveBytes),
    grouped(row.peakBytes),
    grouped(row.collections),
    milliseconds(row.totalPauseMs),
    milliseconds(row.longestPauseMs),
    grouped(row.countOperations),
    grouped(row.leaks),
    grouped(row.steps),
    ending.length > ENDING_WIDTH ? `${ending.slice(0, ENDING_WIDTH - 1)}…` : ending,
  ];
}

/** The lines that not all managers printed alike: the program asked about its own memory. */
function outputLines(managers: readonly ComparedManager[]): string[] {
  const outputs = managers.map(({ manager, output }) => ({ manager, lines: output.split("\n") }));
  const count = Math.max(0, ...outputs.map(({ lines }) => lines.length));
  const found: string[] = [];
  for (let line = 0; line < count; line++) {
    if (new Set(outputs.map(({ lines }) => lines[line])).size <= 1) continue;
    const each = outputs.map(({ manager, lines }) => `${lines[line] ?? "(nothing)"} under ${manager}`);
    found.push(`output line ${line + 1}: ${each.join(", ")}`);
  }
  return found.length === 0 ? ["The output is the same under all of them."] : found;
}

function differenceLines(differences: readonly ComparedDifference[]): string[] {
  const [earliest] = differences;
  if (earliest === undefined) return ["At every step the same objects are alive under all of them."];
  const rows = differences.map((difference) => {
    const { first, second, aliveIn, step, object } = difference;
    const other = aliveIn === first ? second : first;
    return [
      `${first}, ${second}`,
      `${grouped(step)} ${placeText(difference.place)}`,
      `${object.type} of step ${grouped(object.step)} ${placeText(object.place)}`,
      `alive under ${aliveIn}, gone under ${other}`,
    ];
  });
  return ["", ...renderTable(["first difference of", "at step", "object", "which is"], rows)];
}

/** `+` for what was allocated, `-` for what was freed. */
function stepLines({ managers, steps }: Comparison): string[] {
  if (steps.length === 0) return [];
  const rows = steps.map(({ step, events }) => [
    grouped(step),
    ...events.map(({ allocated, freed }) =>
      [allocated > 0 ? `+${allocated}` : "", freed > 0 ? `-${freed}` : ""].join(" ").trim(),
    ),
  ]);
  return ["", ...renderTable(["step", ...managers.map(({ manager }) => manager)], rows)];
}

function placeText(place: ComparedPlace | null): string {
  return place === null ? "" : `(${place.line + 1}:${place.column + 1} ${place.text})`;
}
