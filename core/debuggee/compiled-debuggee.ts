/**
 * A function of a compiled file under debug: the files' functions in an image of our own, and the call of one of them.
 * There is no source text; code, frames and names come from the image, as in images from elsewhere.
 */
import { assert, ImageError, VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer } from "../base/units.ts";
import { type Form, INTERLISP, type SymbolForm } from "../compiled/forms.ts";
import { readCompiledFile } from "../compiled/read-compiled-file.ts";
import { FormReader } from "../compiled/reader/form-reader.ts";
import { INTERLISP_TABLE } from "../compiled/reader/read-tables.ts";
import { streamOfText } from "../compiled/reader/text-stream.ts";
import { flatName } from "../compiled/symbol-homes.ts";
import type { CompiledFile } from "../compiled/types.ts";
import type { StopReport } from "../inspect/report.ts";
import { interpreterBlock, knownHandlers } from "../language/compiler/handlers.ts";
import { managerFactory } from "../managers/catalog.ts";
import { functionHeader } from "../objects/code/functions.ts";
import { symbolName } from "../objects/symbols.ts";
import { isSymbol } from "../objects/types.ts";
import type { RecordedCall } from "../timeline/recording/recording.ts";
import type { StopReason } from "../vm/events.ts";
import { buildCompiledImage, MOST_ARGUMENTS } from "../vm/image/compiled/build-compiled-image.ts";
import { obstacle } from "../vm/image/compiled/form-maker.ts";
import type { InstallReport } from "../vm/image/compiled/install-compiled.ts";
import type { Machine } from "../vm/machine.ts";
import { RunningImage } from "./image/running-image.ts";
import type { LaunchSettings } from "./types.ts";

export interface CompiledSource {
  /** Later files redefine what earlier ones define. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Name of the function, in any package: `REVERSE`, `CL:APPEND`. */
  readonly function: string;
  /** Each in Interlisp syntax; taken as it is, not evaluated. */
  readonly arguments: readonly string[];
}

export type LoadedCompiled =
  | { readonly kind: "loaded"; readonly debuggee: CompiledDebuggee }
  /** Sentences for the user. */
  | { readonly kind: "problems"; readonly problems: readonly string[] };

/** Reads the files and builds the image in which the function is called. */
export function loadCompiled(source: CompiledSource, settings: LaunchSettings): LoadedCompiled {
  const failed = (...problems: string[]): LoadedCompiled => ({ kind: "problems", problems });
  try {
    const files = source.files.map(({ name, bytes }) => readCompiledFile(name, bytes));
    const found = findFunction(files, source.function);
    if (found.symbol === null) return failed(found.problem);
    if (source.arguments.length > MOST_ARGUMENTS) {
      return failed(`${source.arguments.length} arguments: at most ${MOST_ARGUMENTS} can be passed`);
    }
    const call = { function: found.symbol, arguments: source.arguments.map(readArgument) };
    const { machine, report } = buildCompiledImage(files, call, imageOptions(settings));
    const header = report.functions.get(flatName(found.symbol));
    if (header === undefined) {
      const why = report.refused.find(({ name }) => name === flatName(call.function))?.why ?? "the image keeps its own";
      return failed(`function ${source.function} cannot run without the rest of the system: ${why}`);
    }
    const entry = functionHeader(machine.memory, header)?.codeStart ?? 0;
    return {
      kind: "loaded",
      debuggee: new CompiledDebuggee(machine, recipeOf(source, settings), files, report, entry),
    };
  } catch (error) {
    if (error instanceof ImageError) return failed(error.message);
    if (error instanceof VmFault) return failed(`the compiled code does not fit into the machine: ${error.message}`);
    throw error;
  }
}

function recipeOf({ files, function: name, arguments: args }: CompiledSource, settings: LaunchSettings): RecordedCall {
  const { manager, managerOptions, heapMB } = settings;
  return { kind: "compiled", files, function: name, args, manager, managerOptions, heapMB };
}

function imageOptions(settings: LaunchSettings) {
  const manager = managerFactory(settings.manager);
  assert(manager !== null, `no memory manager ${settings.manager}`);
  const { heapMB, managerOptions, ports } = settings;
  return { heapMB, manager, managerOptions, ports, handlers: knownHandlers(), interpreter: interpreterBlock() };
}

/** Names that an error message lists. */
const SHOWN_NAMES = 12;

/** The function by its flat name, or by its bare name when only one package has it; upper case when there is none as written. */
function findFunction(
  files: readonly CompiledFile[],
  text: string,
): { readonly symbol: SymbolForm } | { readonly symbol: null; readonly problem: string } {
  const defined = new Map<string, SymbolForm>();
  for (const file of files) {
    for (const item of file.items) if (item.kind === "definition") defined.set(flatName(item.name), item.name);
  }
  for (const name of [text, text.toUpperCase()]) {
    const symbol = defined.get(name);
    if (symbol !== undefined) return { symbol };
    const [only, ...more] = [...defined.values()].filter((candidate) => candidate.name === name);
    if (only !== undefined && more.length === 0) return { symbol: only };
    if (only !== undefined) {
      const candidates = [only, ...more].map(flatName).join(", ");
      return { symbol: null, problem: `${name} is the name of several functions: say which of ${candidates}` };
    }
  }
  const names = [...defined.keys()];
  const near = names.filter((name) => name.includes(text.toUpperCase()));
  const shown = (near.length > 0 ? near : names).slice(0, SHOWN_NAMES).join(", ");
  const where = files.map(({ name }) => name).join(", ");
  return { symbol: null, problem: `${where}: no function ${text} is defined there; there are ${shown || "none"}` };
}

/** @throws {ImageError} when the text is not one form, or one that cannot be made */
function readArgument(text: string, i: number): Form {
  const stream = streamOfText(`argument ${i + 1}`, text);
  const environment = { table: INTERLISP_TABLE, package: INTERLISP, base: 10, nicknames: new Map<string, string>() };
  const reader = new FormReader(stream, environment);
  const form = reader.read();
  if (form === null) throw stream.error("empty argument", "nothing", "a number, string, symbol or list", 0);
  if (reader.read() !== null) throw stream.error("argument with something behind it", text, "one form", 0);
  const why = obstacle(form);
  if (why !== null) throw stream.error("impossible argument", why, "numbers, strings, symbols, lists of them", 0);
  return form;
}

export class CompiledDebuggee extends RunningImage {
  readonly files: readonly CompiledFile[];
  readonly report: InstallReport;
  /** First instruction of the function that is called. */
  readonly entry: ByteAddress;

  constructor(
    machine: Machine,
    recipe: RecordedCall,
    files: readonly CompiledFile[],
    report: InstallReport,
    entry: ByteAddress,
  ) {
    super(machine, recipe);
    this.files = files;
    this.report = report;
    this.entry = entry;
  }

  /** What a user should know of the files, in lines: damage, functions that stay undefined, and what nobody evaluated. */
  notes(): readonly string[] {
    const damage = this.files.flatMap(({ name, problems }) =>
      problems.map(({ offsetBytes, where, what, found, expected }) => {
        return `${name}: byte ${offsetBytes}: ${where}: ${what}: found ${found}, expected ${expected}`;
      }),
    );
    const refused = this.report.refused.map(({ name, why }) => `${name} stays undefined: ${why}`);
    const { skipped } = this.report;
    const forms = skipped === 1 ? "1 expression of the files was" : `${skipped} expressions of the files were`;
    return [...damage, ...refused, ...(skipped === 0 ? [] : [`${forms} not evaluated: there is no evaluator here`])];
  }

  /** Boots the machine and brings it to the first instruction of the function. */
  override start(): void {
    this.machine.boot();
    // What happens before the function begins is not its doing.
    this.stops.remove();
    this.machine.setBreakpoints([this.entry]);
    this.machine.run(Number.MAX_SAFE_INTEGER);
    this.stops.install();
  }

  /** A missing function is the usual end of code that is torn out of its system: who wanted it is the first question. */
  override exceptionReport(stop: StopReason): StopReport {
    const report = super.exceptionReport(stop);
    const event = stop.kind === "event" || stop.kind === "failed" ? stop.event : null;
    // Innermost is the function that reports the error.
    const caller = this.stack(1, 1).frames[0]?.functionName;
    if (event?.kind !== "lisp.error" || event.name !== "undefined-function" || caller === undefined) return report;
    return {
      title: `${report.title}, and ${caller} calls it`,
      text: `${caller} calls a function ${this.whyUndefined(event.values[0])}.\n${report.text}`,
    };
  }

  private whyUndefined(symbol: Pointer | undefined): string {
    const { memory } = this.machine;
    const name = symbol === undefined || !isSymbol(memory, symbol) ? "" : symbolName(memory, symbol);
    const refused = this.report.refused.find((one) => one.name === name);
    return refused === undefined
      ? "that no file defines"
      : `that cannot run without the rest of the system: ${refused.why}`;
  }
}
