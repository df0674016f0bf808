/**
 * What the debugger says about a stop in a few lines: what happened, why, what is marked, what will go, how full the tables are.
 * Text for exceptionInfo and for the command line.
 */
import type { Pointer, TypeNumber } from "../base/units.ts";
import type { CollectCause, CollectionReport } from "../managers/contract.ts";
import { NIL } from "../memory/layout.ts";
import { typeName } from "../objects/dtd.ts";
import { typeNumber } from "../objects/types.ts";
import type { MachineEvent, StopReason } from "../vm/events.ts";
import { COLLISION_LIMIT_CELLS, countGauges, countOf, eachCountEntry, MAIN_CELLS } from "./counts/counts.ts";
import { type DoomedObject, doomReason, findDoomed } from "./counts/doomed.ts";
import { mapHeap } from "./counts/references.ts";
import { leaks } from "./graph/reach.ts";
import { collectorState } from "./heap/system.ts";
import { type ImageView, keepsCounts } from "./image-view.ts";
import { VALUE_LIMIT } from "./nodes.ts";
import { addressText, valueText } from "./parts/value-text.ts";
import { neighboursOf } from "./verify/neighbours.ts";

/** Doomed objects that a report looks for, examples that it shows a type, and types. */
const DOOMED_IN_REPORT = 100_000;
const EXAMPLES_PER_TYPE = 3;
const TYPES_IN_REPORT = 12;

const CAUSES: Readonly<Record<CollectCause, string>> = {
  countdown: "the countdown of new table entries reached 0",
  pressure: "storage is running short",
  request: "the program, or the user, asked for it",
  stress: "stress mode collects every so many allocations",
  exit: "the program ended",
};

/** What a stop is, in a line, and in several lines. */
export interface StopReport {
  readonly title: string;
  readonly text: string;
}

/**
 * The report of any stop: what happened, then what is known besides, then the stack.
 * @param backtrace a line a frame, innermost first
 * @param facts lines about the place and the machine
 */
export function stopReport(
  view: ImageView,
  stop: StopReason,
  backtrace: readonly string[],
  facts: readonly string[] = [],
): StopReport {
  const isCollection = stop.kind === "event" && (stop.event.kind === "gc.trigger" || "report" in stop.event);
  const { title, text } = isCollection ? collectionReport(view, stop.event) : errorReport(view, stop);
  const stack =
    backtrace.length === 0 ? [] : ["", "Stack, innermost first:", ...backtrace.map((frame) => `  ${frame}`)];
  const about = facts.length === 0 ? [] : ["", ...facts];
  return { title, text: lines([text, ...about, ...stack]) };
}

/** The report of a `gc.…` event: cause, phase, what is marked, what will go or went, how full the tables are. */
export function collectionReport(view: ImageView, event: MachineEvent): StopReport {
  switch (event.kind) {
    case "gc.trigger":
      return {
        title: "A collection is due",
        text: lines([`A collection is due: ${CAUSES[event.cause]}.`, ...goingLines(view), ...tableLines(view)]),
      };
    case "gc.start":
    case "gc.scan":
    case "gc.reclaim":
      return phaseReport(view, event.kind, event.report);
    case "gc.end":
      return endReport(view, event.report);
    default:
      return { title: event.kind, text: eventText(view, event) };
  }
}

/** The report of any other stop: what happened, and to which object. */
export function errorReport(view: ImageView, stop: StopReason): StopReport {
  const event = stop.kind === "event" || stop.kind === "failed" ? stop.event : null;
  if (event === null) return { title: stopText(stop), text: stopText(stop) };
  return { title: eventTitle(view, event), text: lines([eventText(view, event), ...adviceLines(event)]) };
}

const PHASES = {
  "gc.start": "about to begin; nothing is marked yet",
  "gc.scan": "the stack is scanned",
  "gc.reclaim": "about to reclaim",
} as const;

function phaseReport(view: ImageView, phase: keyof typeof PHASES, report: CollectionReport): StopReport {
  return {
    title: `Collection ${report.number}: ${PHASES[phase]}`,
    text: lines([
      `Collection ${report.number} (${CAUSES[report.cause]}): ${PHASES[phase]}.`,
      ...(phase === "gc.start" ? [] : markedLines(view, report)),
      ...goingLines(view),
      ...tableLines(view),
    ]),
  };
}

/** Objects with the stack bit by type, with examples. */
function markedLines(view: ImageView, report: CollectionReport): string[] {
  if (!keepsCounts(view)) return [`Marked: ${objectCount(report.marked)}.`, ...reachedLines(view)];
  const found: Pointer[] = [];
  eachCountEntry(view.memory, ({ pointer, onStack }) => {
    if (onStack) found.push(pointer);
    return found.length < DOOMED_IN_REPORT;
  });
  const examples = found.slice(0, EXAMPLES_PER_TYPE).map((object) => `    ${valueText(view, object)}`);
  return [
    `Marked from the stack: ${objectCount(report.marked)}.`,
    ...typeLines(view, tallyTypes(view, found)),
    ...examples,
  ];
}

function endReport(view: ImageView, report: CollectionReport): StopReport {
  const freed = `${objectCount(report.freedObjects)} freed (${report.freedWords} words)`;
  return {
    title: `Collection ${report.number}: ${freed}`,
    text: lines([
      `Collection ${report.number} (${CAUSES[report.cause]}) is done: ${freed}; ${report.marked} were marked from the stack.`,
      ...typeLines(view, report.freedByType),
      ...tableLines(view),
    ]),
  };
}

function stopText(stop: StopReason): string {
  switch (stop.kind) {
    case "failed":
      return stop.message;
    case "finished":
      return `The program ended with status ${stop.status}.`;
    case "watch":
      return `Data breakpoint: ${[...new Set(stop.hits.map(({ access }) => access))].join(", ")}.`;
    default:
      return stop.kind;
  }
}

function eventTitle(view: ImageView, event: MachineEvent): string {
  switch (event.kind) {
    case "lisp.error":
      return `${event.name}: ${event.message}`;
    case "object.alloc":
      return `Allocated ${valueText(view, event.object)}`;
    case "object.free":
      return `Freed {${typeName(view.memory, event.type)}}${addressText(event.object)} ${event.preview}`;
    case "refcount.zero":
      return `Count is 0: ${addressText(event.object)} ${event.preview}`;
    case "verify":
      return `Broken: ${event.what}`.slice(0, VALUE_LIMIT);
    case "leak":
      return `Left without a root: ${objectCount(event.objects.length)}`;
    default:
      return (eventText(view, event).split("\n", 1)[0] ?? event.kind).slice(0, VALUE_LIMIT);
  }
}

function eventText(view: ImageView, event: MachineEvent): string {
  switch (event.kind) {
    case "object.alloc":
    case "object.free":
      return lines([
        eventTitle(view, event),
        `type ${typeName(view.memory, event.type)}, ${event.sizeWords} words`,
        // The count of what is freed is gone.
        ...(event.kind === "object.alloc" ? countLines(view, event.object) : []),
      ]);
    case "lisp.error":
      return lines([
        `Lisp error ${event.name}: ${event.message}`,
        ...event.values.map((value, i) => `value ${i + 1}: ${valueText(view, value)}`),
      ]);
    case "refcount.zero":
      return lines([
        eventTitle(view, event),
        view.collection === null
          ? "The next collection frees it, unless the stack holds it."
          : "The collection under way, or the next, frees it, unless the stack holds it.",
      ]);
    case "refcount.overflow":
      return lines([
        `Count passed the inline maximum: ${valueText(view, event.object)}`,
        "It goes on in the table of big counts.",
      ]);
    case "refcount.error":
    case "memory.error":
      return lines([event.message, `object: ${valueText(view, event.object)}`, ...countLines(view, event.object)]);
    case "storage.pressure":
      return lines([`Storage is running short: ${event.pagesLeft} pages are left.`, ...tableLines(view)]);
    case "page.new":
      return `Page ${event.page.toString(8)} (octal) is new in the image.`;
    case "gc.disabled":
      return lines([
        event.message,
        event.pairsLeft > 0
          ? "When none is left the collector switches itself off for good: nothing is counted and nothing is freed any more. Nothing is lost yet."
          : "From here on nothing is counted and nothing is freed.",
        ...tableLines(view),
      ]);
    case "storage.full":
    case "stack.overflow":
      return event.message;
    case "verify":
      return verifyText(view, event);
    case "leak":
      return leakText(view, event.objects);
    case "gc.trigger":
    case "gc.start":
    case "gc.scan":
    case "gc.reclaim":
    case "gc.end":
      return collectionReport(view, event).text;
  }
}

/** What does not hold any more, and where to look. */
function verifyText(view: ImageView, event: MachineEvent & { kind: "verify" }): string {
  const { check, address, what, expected, found, when } = event;
  const around = address === null ? [] : neighboursOf(view, address);
  return lines([
    `Broken since the last check, found ${when}: ${what}.`,
    ...(address === null ? [] : [`where     ${addressText(address)}`]),
    `expected  ${expected}`,
    `found     ${found}`,
    `check     ${check}`,
    ...(around.length === 0 ? [] : ["around it:"]),
    ...around.map(({ address: at, cell, text, isBad }) => {
      return `  ${isBad ? ">" : " "} ${addressText(at)}  ${cell.toString(16).padStart(8, "0")}  ${text}`.trimEnd();
    }),
    "The instruction that broke it lies between the last check and this one: check more often, or watch the place (data breakpoint).",
  ]);
}

/** What was left behind, by type. */
function leakText(view: ImageView, objects: readonly Pointer[]): string {
  return lines([
    `${objectCount(objects.length)} ${objects.length === 1 ? "is" : "are"} left that no root reaches.`,
    ...typeLines(view, tallyTypes(view, objects)),
    ...objects.slice(0, 2 * EXAMPLES_PER_TYPE).map((object) => `  ${valueText(view, object)}`),
  ]);
}

/** What to do about an error, where a maintainer may not know. */
function adviceLines(event: MachineEvent): string[] {
  switch (event.kind) {
    case "memory.error":
    case "refcount.error": {
      const who = `the filter object.free or refcount.zero with the condition (= address ${event.object})`;
      return event.object === NIL
        ? []
        : [`To see who gave it up: ${who}; or check the heap as it runs (launch attribute "verify").`];
    }
    case "verify":
      // The culprit itself is told of in this way too.
      return event.when.startsWith("by ")
        ? []
        : ['To see which instruction broke it: the command "Find the Instruction That Broke This".'];
    case "storage.full":
      return ['More room: "heapMB" in the launch configuration. What fills it: the scope Objects, by type.'];
    default:
      return [];
  }
}

/** What a collection will free, or would: told by the counts, or by who traces; under a plan that is the plan's business. */
function goingLines(view: ImageView): string[] {
  if (keepsCounts(view)) return doomedLines(view);
  return view.manager?.traits.collectsCycles === true ? unreachedLines(view) : [];
}

function unreachedLines(view: ImageView): string[] {
  const objects = leaks(view);
  if (objects.length === 0) return ["No root leaves anything unreached: nothing would be freed."];
  return [
    `No root reaches ${objectCount(objects.length)}, which a collection of the whole heap frees:`,
    ...typeLines(view, tallyTypes(view, objects)),
    ...objects.slice(0, EXAMPLES_PER_TYPE).map((object) => `    ${valueText(view, object)}`),
  ];
}

/** What roots reach, those of the image itself among them. */
function reachedLines(view: ImageView): string[] {
  const dead = new Set(leaks(view));
  const byType = new Map<TypeNumber, number>();
  mapHeap(view).eachObject((object, type) => {
    if (!dead.has(object)) byType.set(type, (byType.get(type) ?? 0) + 1);
  });
  return ["Reached by roots, with what the image itself is made of:", ...typeLines(view, byType)];
}

function doomedLines(view: ImageView): string[] {
  const doomed = findDoomed(view, DOOMED_IN_REPORT);
  if (doomed.objects.length === 0) return ["Nothing would be freed."];
  const amount = `${doomed.isPartial ? "at least " : ""}${objectCount(doomed.objects.length)}`;
  const { keptByStack } = doomed;
  const more =
    keptByStack === 1
      ? "1 more has count 0, but the stack holds it"
      : `${keptByStack} more have count 0, but the stack holds them`;
  const kept = keptByStack === 0 ? "" : `; ${more}`;
  const examples = new Map<TypeNumber, DoomedObject[]>();
  for (const object of doomed.objects) {
    const some = examples.get(object.type) ?? [];
    if (some.length < EXAMPLES_PER_TYPE) examples.set(object.type, [...some, object]);
  }
  const types = [...doomed.byType].sort(([, a], [, b]) => b - a).slice(0, TYPES_IN_REPORT);
  return [
    `${amount} will be freed${kept}:`,
    ...types.flatMap(([type, number]) => [
      `  ${typeName(view.memory, type)}: ${number}`,
      ...(examples.get(type) ?? []).map(
        (object) =>
          `    ${valueText(view, object.pointer)}: ${doomReason(object, (pointer) => valueText(view, pointer))}`,
      ),
    ]),
  ];
}

function typeLines({ memory }: ImageView, byType: ReadonlyMap<TypeNumber, number>): string[] {
  const types = [...byType].sort(([, a], [, b]) => b - a).slice(0, TYPES_IN_REPORT);
  return types.map(([type, number]) => `  ${typeName(memory, type)}: ${number}`);
}

function tableLines(view: ImageView): string[] {
  if (!keepsCounts(view)) return [];
  const gauges = countGauges(view.memory);
  const { countdown, restartValue } = collectorState(view.memory);
  return [
    `Count tables: ${gauges.entries} entries, ${gauges.zeroEntries} with count 0; main table ${gauges.mainUsed} of ${MAIN_CELLS} cells, ` +
      `${gauges.chains} chains, collision table up to ${gauges.nextPair} of ${COLLISION_LIMIT_CELLS}, ${gauges.bigCounts.length} big counts.`,
    `Countdown: ${countdown ?? "off"}, restarts at ${restartValue ?? "nothing"}.`,
  ];
}

function countLines(view: ImageView, object: Pointer): string[] {
  return keepsCounts(view) ? [`count ${countOf(view.memory, object)}`] : [];
}

function tallyTypes({ memory }: ImageView, objects: readonly Pointer[]): Map<TypeNumber, number> {
  const byType = new Map<TypeNumber, number>();
  for (const object of objects) {
    const type = typeNumber(memory, object);
    byType.set(type, (byType.get(type) ?? 0) + 1);
  }
  return byType;
}

function objectCount(count: number): string {
  return `${count} ${count === 1 ? "object" : "objects"}`;
}

function lines(text: readonly string[]): string {
  return text.join("\n");
}
