/** `conspect run`: runs a program to its end and prints what it prints. */
import {
  DEFAULT_MANAGER,
  finish,
  ImageError,
  type LaunchSettings,
  type MachineDebuggee,
  type ReplayableDebuggee,
  RunningImage,
  renderTable,
  type StopReason,
  takeRecording,
} from "#core";
import { FileError, openImageFile, saveRecording, takeWithoutImage } from "#host";
import type { Measurements } from "#wire";
import {
  type Command,
  EXIT_DONE,
  EXIT_FOUND,
  InputError,
  numberOption,
  parse,
  singleFile,
  UsageError,
} from "../command.ts";
import { isCompiled, loadFunction } from "../compiled/files.ts";
import { checkManager, MANAGER_OPTIONS, managerOptions } from "../manager-options.ts";
import { writeNow } from "../output.ts";
import { HEAP_LIMITS, hostSettings, loadProgram, OUTSIDE_OPTIONS, processPorts } from "../program.ts";
import { grouped } from "../text.ts";

/** Memory that checkpoints and inputs of a recorded run may take. */
const RECORD_MB = 256;
const NANOSECONDS_PER_MS = 1e6;
/** Characters of a form in the table of what was measured. */
const FORM_WIDTH = 40;
/** Safepoints between two looks at the outside. */
const SLICE_SAFEPOINTS = 5_000_000;

export interface RunResult {
  readonly stop: StopReason;
  readonly milliseconds: number;
  /** Longest and total time between the start and the end of a collection. */
  readonly longestPause: number;
  readonly totalPause: number;
}

/** Runs to the end, timing the collections. */
function runToEnd(debuggee: MachineDebuggee, isMeasured: boolean, isRecorded: boolean): RunResult {
  debuggee.start();
  if (isMeasured) debuggee.measure();
  if (isRecorded) debuggee.record(RECORD_MB);
  debuggee.arm(new Set(["gc.start", "gc.end"]));
  const motion = debuggee.continue();
  const begin = performance.now();
  let pauseStart = begin;
  let longestPause = 0;
  let totalPause = 0;
  for (;;) {
    const stop = motion.run(SLICE_SAFEPOINTS);
    if (stop.kind === "finished" || stop.kind === "failed") {
      return { stop, milliseconds: performance.now() - begin, longestPause, totalPause };
    }
    if (stop.kind !== "event") continue;
    if (stop.event.kind === "gc.start") pauseStart = performance.now();
    if (stop.event.kind === "gc.end") {
      const pause = performance.now() - pauseStart;
      longestPause = Math.max(longestPause, pause);
      totalPause += pause;
    }
  }
}

/** Label and value of each figure of a run. */
function figures(debuggee: MachineDebuggee, result: RunResult): readonly (readonly [string, string])[] {
  const statistics = debuggee.machine.manager.statistics();
  const usage = debuggee.machine.manager.usage();
  return [
    ["objects allocated", grouped(statistics.allocatedObjects)],
    ["objects freed", grouped(statistics.freedObjects)],
    ["collections", grouped(statistics.collections)],
    ["longest pause", `${result.longestPause.toFixed(2)} ms`],
    ["all pauses", `${result.totalPause.toFixed(2)} ms`],
    ["heap in use", `${grouped(usage.usedWords * 2)} bytes`],
    ["run time", `${result.milliseconds.toFixed(1)} ms`],
    ...ownFigures(debuggee),
  ];
}

/** What the manager says about itself besides. */
function ownFigures({ machine }: MachineDebuggee): readonly (readonly [string, string])[] {
  const { figures: own } = machine.manager.view();
  return own.filter(({ label }) => !COMMON_FIGURES.includes(label)).map(({ label, value }) => [label, value] as const);
}
const COMMON_FIGURES: readonly string[] = ["objects allocated", "objects freed", "collections"];

/** The operations of the memory manager. */
function profileTable(debuggee: MachineDebuggee): readonly string[] {
  const section = debuggee.machine.manager.view().sections.find(({ label }) => label === "operations");
  if (section === undefined) throw new UsageError("--profile: only a source file can be run with a profile");
  const rows = section
    .rows(0, section.size)
    .map(({ label, value, details }) => [label, value, ...details.map((figure) => figure.value)]);
  return renderTable(["operation", "calls and time", "mean", "longest"], rows);
}

/** A line for each form that allocated, the ones with the most bytes first. */
function measuredText({ sites, steps }: Measurements, text: string): string {
  const rows = sites
    .toSorted((a, b) => b.bytes - a.bytes)
    .map((site) => [
      String(text.slice(0, site.start).split("\n").length),
      firstLine(text.slice(site.start, site.end)),
      grouped(site.objects),
      grouped(site.bytes),
      grouped(site.objects - site.deaths),
      site.meanLifetime === null ? "" : site.meanLifetime.toFixed(1),
      site.maxLifetime === null ? "" : grouped(site.maxLifetime),
    ]);
  const headings = ["line", "form", "objects", "bytes", "left", "mean life", "longest life"];
  return [...renderTable(headings, rows), `${grouped(steps)} program steps; lives are counted in them`].join("\n");
}

function firstLine(form: string): string {
  const line = form.split("\n")[0] ?? "";
  return line.length > FORM_WIDTH ? `${line.slice(0, FORM_WIDTH)}…` : line;
}

interface LoadOptions {
  readonly function?: string;
  readonly with?: readonly string[];
  readonly heap?: string;
}

/** What is to run: a program, an image, or a function of a compiled file with its arguments. */
function load(positionals: readonly string[], options: LoadOptions, settings: LaunchSettings): ReplayableDebuggee {
  const { function: name, with: others, heap } = options;
  if (name !== undefined) {
    const [file, ...args] = positionals;
    if (file === undefined) throw new UsageError("expected the name of a compiled file");
    return loadFunction([file, ...(others ?? [])], name, args, settings);
  }
  if (others !== undefined) throw new UsageError("--with names further compiled files, and needs --function");
  const file = singleFile(positionals);
  if (/\.(sysout|virtualmem)$/i.test(file)) return loadImage(file, heap, settings);
  if (isCompiled(file)) {
    throw new UsageError(
      `${file} is a compiled file: say which function to call with --function NAME [ARGUMENT...]; \`conspect inspect ${file} functions\` lists them`,
    );
  }
  return loadProgram(file, settings);
}

/** An image brings its heap and its memory manager along. */
function loadImage(path: string, heap: string | undefined, settings: LaunchSettings): ReplayableDebuggee {
  if (heap !== undefined) throw new UsageError("--heap: an image has the address space that it was saved with");
  if (settings.manager !== DEFAULT_MANAGER) {
    throw new UsageError(`--manager: an image runs under ${DEFAULT_MANAGER}, whose tables are in it`);
  }
  const { managerOptions, ports } = settings;
  if ((managerOptions.compact ?? 0) !== 0) {
    throw new UsageError("--option compact: an image looks objects up by their addresses, so they cannot move");
  }
  try {
    const file = openImageFile(path);
    try {
      const image = RunningImage.load(file, { megabytes: null, managerOptions, ports });
      // An image that waits for its keyboard would leave a person wondering.
      if (process.stderr.isTTY) process.stderr.write(`${path} runs, without a keyboard or a screen; Ctrl-C ends it\n`);
      return image;
    } finally {
      file.close();
    }
  } catch (problem) {
    if (problem instanceof ImageError || problem instanceof FileError) throw new InputError(problem.message);
    throw problem;
  }
}

/** @throws {UsageError} when a run cannot be recorded */
function checkRecord(isWatched: boolean): void {
  if (isWatched)
    throw new UsageError(
      "--record: a run that is measured or profiled is not recorded; leave --measure and --profile out",
    );
}

/** @throws {InputError} when the file cannot be written */
function save(path: string, debuggee: ReplayableDebuggee, isImageLeftOut: boolean): void {
  try {
    const recording = finish(isImageLeftOut ? takeWithoutImage(debuggee) : takeRecording(debuggee));
    if (recording !== null) finish(saveRecording(path, recording));
  } catch (problem) {
    if (problem instanceof FileError || problem instanceof ImageError) throw new InputError(problem.message);
    throw problem;
  }
}

const DETAILS = `
A .sysout or .virtualmem file is an image. It runs without a keyboard or a screen, until it ends by itself or Ctrl-C ends it.
A machine reaches no file of this computer but those below a directory that --files DIR grants for reading, or --writable DIR for writing too.
--env NAME=VALUE sets what it sees of the environment instead of a few harmless variables of this process. Each of the three may be given
several times.

The recording of an image holds its memory; with --leave-image-out it names the file of the image instead, which \`conspect replay\` then needs.

A compiled file (LCOM, DFASL) holds functions: --function NAME calls one of them. What stands behind the file are its arguments,
in Interlisp syntax; put -- before them when one begins with a minus sign. --with FILE adds a compiled file that defines what the
function calls; it may be given several times.
`;

export const runCommand: Command = {
  name: "run",
  synopsis:
    "run FILE [--manager M] [--heap MB] [--option NAME=VALUE] [--gc-stress N] [--files DIR] [--writable DIR] [--env NAME=VALUE] [--stats] [--profile] [--measure] [--record OUT [--leave-image-out]] [--json] [--function NAME [ARG...]]",
  summary:
    "run a program, an image, or a function of a compiled file; --stats prints what the memory manager did, --profile how long its operations took, --measure what each form allocated, --record saves the run for `conspect replay`",
  details: DETAILS,
  async run(args) {
    const { values, positionals } = parse(args, {
      ...MANAGER_OPTIONS,
      heap: { type: "string" },
      ...OUTSIDE_OPTIONS,
      function: { type: "string" },
      with: { type: "string", multiple: true },
      stats: { type: "boolean" },
      profile: { type: "boolean" },
      measure: { type: "boolean" },
      record: { type: "string" },
      "leave-image-out": { type: "boolean" },
      json: { type: "boolean" },
    });
    const manager = checkManager(values.manager ?? DEFAULT_MANAGER);
    const ports = processPorts(writeNow, hostSettings(values));
    const debuggee = load(positionals, values, {
      manager,
      managerOptions: managerOptions(manager, values),
      heapMB: numberOption("heap", values.heap, HEAP_LIMITS),
      args: [],
      ports,
      ...(values.profile === true ? { profileClock: () => performance.now() * NANOSECONDS_PER_MS } : {}),
    });
    const isWatched = values.measure === true || values.profile === true;
    if (values.record !== undefined) checkRecord(isWatched);
    const result = runToEnd(debuggee, values.measure === true, values.record !== undefined);
    ports.close();
    if (values.record !== undefined) save(values.record, debuggee, values["leave-image-out"] === true);
    if (values.stats === true) {
      const rows = figures(debuggee, result);
      const text =
        values.json === true
          ? JSON.stringify(Object.fromEntries(rows), null, 2)
          : renderTable(["figure", "value"], rows).join("\n");
      process.stdout.write(`\n${text}\n`);
    }
    if (values.profile === true) process.stdout.write(`\n${profileTable(debuggee).join("\n")}\n`);
    const measured = debuggee.measurements();
    if (measured !== null) {
      const text =
        values.json === true ? JSON.stringify(measured, null, 2) : measuredText(measured, debuggee.source?.text ?? "");
      process.stdout.write(`\n${text}\n`);
    }
    if (result.stop.kind !== "failed")
      return result.stop.kind === "finished" && result.stop.status !== 0 ? EXIT_FOUND : EXIT_DONE;
    process.stderr.write(`${debuggee.exceptionReport(result.stop).text}\n`);
    return EXIT_FOUND;
  },
};
