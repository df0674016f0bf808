/**
 * Checks a launch configuration before anything is started. Attributes that are not ours pass: clients add their own.
 */
import {
  DEFAULT_MANAGER,
  type EventKind,
  expectedValue,
  HEAP_MB,
  isOptionValue,
  type ManagerOptions,
  managerFactory,
  type VerifyPlan,
} from "#core";
import type { FileGrant, HostSettings } from "#host";
import type { LaunchConfiguration } from "#wire";
import { FILTER_IDS, filterKind, GC_FILTERS } from "../breakpoints/filters/filters.ts";
import { errors } from "../errors.ts";
import type { ConsoleKind } from "../run/terminal-output.ts";

const DEFAULT_HEAP_MB = 8;
/** Sizes of address spaces, as the machine has them. */
const MEGABYTES = { least: 8, most: 256 } as const;
const MOST_PORT = 65535;
const CONSOLES: readonly ConsoleKind[] = ["internalConsole", "integratedTerminal", "externalTerminal"];
const IMAGES_STAY = "0: an image looks objects up by their addresses, so they cannot move";
const IMAGE_THAT_RUNS = `nothing: it belongs to "image" with "mode": "run"`;

/** What is launched. */
export const RECORD_MB = { least: 16, most: 8192 };
export const DEFAULT_RECORD_MB = 512;

export type Target =
  /** A recording that is run again. `image`: the file of the image that ran, should the recording not hold it. */
  | { readonly kind: "recording"; readonly path: string; readonly image: string | null }
  | { readonly kind: "program"; readonly path: string }
  /** A function of a compiled file, called with `args`. `with`: further compiled files. */
  | {
      readonly kind: "compiled file";
      readonly path: string;
      readonly function: string;
      readonly with: readonly string[];
    }
  /** An image that is looked at and does not run. */
  | { readonly kind: "image"; readonly path: string }
  /** An image that runs. `megabytes`: size of its address space; null for what the image says. */
  | { readonly kind: "running image"; readonly path: string; readonly megabytes: number | null };

/** A launch configuration that was found good. */
export interface Launch {
  readonly target: Target;
  readonly manager: string;
  readonly managerOptions: ManagerOptions;
  /** What the program may reach of this computer. */
  readonly host: HostSettings;
  readonly heapMB: number;
  readonly args: readonly string[];
  readonly stopOnEntry: boolean;
  /** Program step before which it stops, counted from 1; null for none. */
  readonly stopAtStep: number | null;
  /** Allocations, calls and lifetimes are counted by place of the text. */
  readonly measure: boolean;
  /** The run is recorded, so that it can go back; `recordMB` bounds what that takes of memory. */
  readonly record: boolean;
  readonly recordMB: number;
  /** At its end the program stops first, so that it can go back from there. */
  readonly stopAtEnd: boolean;
  /** What a step is that names no granularity, or says `statement`. */
  readonly stepBy: "form" | "line";
  readonly filters: readonly EventKind[];
  /** Every operation of the memory manager is counted and timed. */
  readonly profile: boolean;
  /** How often the invariants of the heap are checked; null for never. */
  readonly verify: VerifyPlan | null;
  /** Where a check finds an error, the program goes back at once to the instruction that broke the heap. */
  readonly verifyTravel: boolean;
  /** "Run without debugging". */
  readonly noDebug: boolean;
  /** Port on which other clients may attach to the machine, 0 for a free one; null for none. */
  readonly listen: number | null;
  /** Where the program's output goes. */
  readonly console: ConsoleKind;
}

type Attributes = { readonly [name in keyof LaunchConfiguration]?: unknown } & { readonly noDebug?: unknown };

/** @throws {RequestError} naming the attribute, what was expected and what was found */
export function checkLaunch(given: object, managers: readonly string[]): Launch {
  const attributes = given as Attributes;
  const target = targetOf(attributes);
  const manager = text("manager", attributes.manager, DEFAULT_MANAGER);
  if (!managers.includes(manager)) throw errors.unknownManager(manager, managers);
  if ((target.kind === "image" || target.kind === "running image") && manager !== DEFAULT_MANAGER) {
    throw errors.badAttribute("manager", `"${DEFAULT_MANAGER}", whose tables are in the image`, manager);
  }
  const managerOptions = options(manager, attributes);
  if (target.kind === "running image" && (managerOptions.compact ?? 0) !== 0) {
    throw errors.badAttribute("managerOptions.compact", IMAGES_STAY, managerOptions.compact);
  }
  return {
    target,
    manager,
    managerOptions,
    host: { files: fileGrants(attributes.files), environment: variables(attributes.environment) },
    heapMB: number("heapMB", attributes.heapMB, DEFAULT_HEAP_MB, HEAP_MB.least, HEAP_MB.most),
    args: texts("args", attributes.args),
    stopOnEntry: claim("stopOnEntry", attributes.stopOnEntry),
    stopAtStep: programStep(target, attributes.stopAtStep),
    measure: claim("measure", attributes.measure),
    record: target.kind === "recording" || claim("record", attributes.record, true),
    recordMB: number("recordMB", attributes.recordMB, DEFAULT_RECORD_MB, RECORD_MB.least, RECORD_MB.most),
    stopAtEnd: claim("stopAtEnd", attributes.stopAtEnd, target.kind === "recording"),
    stepBy: stepBy(attributes.stepBy),
    filters: launchFilters(attributes),
    profile: profile(target, attributes.profile),
    verify: verifyPlan(attributes.verify),
    verifyTravel: claim("verifyTravel", attributes.verifyTravel, true),
    noDebug: claim("noDebug", attributes.noDebug),
    listen: portNumber("listen", attributes.listen),
    console: consoleKind(attributes.console),
  };
}

function targetOf(attributes: Attributes): Target {
  const { program, image, mode, megabytes, recording } = attributes;
  if (recording !== undefined && recording !== "") return recordingTarget(recording, attributes);
  if (program !== undefined && image !== undefined) throw errors.programAndImage();
  if (image === undefined) {
    if (mode !== undefined) throw errors.badAttribute("mode", `nothing: it belongs to "image"`, mode);
    if (megabytes !== undefined) throw errors.badAttribute("megabytes", IMAGE_THAT_RUNS, megabytes);
    const path = text("program", program, "");
    if (path === "") throw errors.nothingToLaunch();
    return programTarget(path, attributes);
  }
  const { name, others } = compiledCall(attributes);
  if (name !== "") throw errors.badAttribute("function", OF_COMPILED, name);
  if (others.length > 0) throw errors.badAttribute("with", OF_COMPILED, others);
  const path = text("image", image, "");
  if (path === "") throw errors.badAttribute("image", "the path of an image file (.sysout, .virtualmem)", image);
  if (mode === "run") return { kind: "running image", path, megabytes: addressSpace(megabytes) };
  if (mode !== undefined && mode !== "inspect") throw errors.badAttribute("mode", `"inspect" or "run"`, mode);
  if (megabytes !== undefined) throw errors.badAttribute("megabytes", IMAGE_THAT_RUNS, megabytes);
  return { kind: "image", path };
}

/** The recording says all of these itself. */
const OF_A_NEW_RUN = [
  "program",
  "mode",
  "megabytes",
  "function",
  "with",
  "args",
  "manager",
  "managerOptions",
  "heapMB",
  "gcStress",
  "poison",
  "files",
  "environment",
  "measure",
  "profile",
  "stopAtStep",
] as const;

function recordingTarget(recording: unknown, attributes: Attributes): Target {
  for (const name of OF_A_NEW_RUN) {
    const given = attributes[name];
    if (given !== undefined && given !== false)
      throw errors.badAttribute(name, `nothing beside "recording", which brings its own`, given);
  }
  const image = text("image", attributes.image, "");
  return { kind: "recording", path: text("recording", recording, ""), image: image === "" ? null : image };
}

const OF_COMPILED = `nothing: it belongs to a compiled file as "program"`;

function compiledCall(attributes: Attributes): { readonly name: string; readonly others: readonly string[] } {
  return { name: text("function", attributes.function, ""), others: texts("with", attributes.with) };
}

function programTarget(path: string, attributes: Attributes): Target {
  const { name, others } = compiledCall(attributes);
  if (name !== "") return { kind: "compiled file", path, function: name, with: others };
  if (others.length > 0) throw errors.badAttribute("with", `nothing without "function"`, others);
  if (/\.(lcom|dfasl)$/i.test(path)) throw errors.functionMissing(path);
  return { kind: "program", path };
}

function addressSpace(given: unknown): number | null {
  if (given === undefined) return null;
  if (typeof given !== "number" || !Number.isInteger(given) || given < MEGABYTES.least || given > MEGABYTES.most) {
    throw errors.badAttribute("megabytes", `a whole number from ${MEGABYTES.least} to ${MEGABYTES.most}`, given);
  }
  return given;
}

function fileGrants(given: unknown): readonly FileGrant[] {
  if (given === undefined) return [];
  const expected = `a list of { "path": a text, "writable": true or false }`;
  if (!Array.isArray(given)) throw errors.badAttribute("files", expected, given);
  return given.map((grant) => {
    const { path, writable = false } = typeof grant === "object" && grant !== null ? grant : {};
    if (typeof path !== "string" || path === "" || typeof writable !== "boolean") {
      throw errors.badAttribute("files", expected, grant);
    }
    return { path, writable };
  });
}

function variables(given: unknown): Readonly<Record<string, string>> | null {
  if (given === undefined || given === null) return null;
  const isObject = typeof given === "object" && !Array.isArray(given);
  if (!isObject || Object.values(given).some((value) => typeof value !== "string")) {
    throw errors.badAttribute("environment", "an object with a text for each variable", given);
  }
  return given as Readonly<Record<string, string>>;
}

function options(manager: string, { managerOptions: given, gcStress, poison }: Attributes): ManagerOptions {
  const known = managerFactory(manager)?.options ?? [];
  const names = known.map(({ name }) => name);
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given))) {
    throw errors.badAttribute("managerOptions", `an object with any of ${names.join(", ")}`, given);
  }
  const result: Record<string, number | boolean | string> = {};
  const set = (attribute: string, name: string, value: unknown) => {
    const option = known.find((row) => row.name === name);
    if (option === undefined) throw errors.unknownOption(attribute, name, manager, names);
    if (!isOptionValue(option, value)) throw errors.badAttribute(attribute, expectedValue(option), value);
    result[name] = value;
  };
  for (const [name, value] of Object.entries(given ?? {})) set(`managerOptions.${name}`, name, value);
  // Off is what a manager does that never collects.
  if (gcStress !== undefined && gcStress !== 0) set("gcStress", "stress", gcStress);
  if (claim("poison", poison) && !isPoisoning(names, result)) set("poison", "poison", true);
  return result;
}

function filters(given: unknown): readonly EventKind[] {
  if (given === undefined || given === false) return [];
  if (given === true) return GC_FILTERS;
  const expected = `true, false, or a list of ${FILTER_IDS.join(", ")}`;
  if (!Array.isArray(given)) throw errors.badAttribute("stopOnGC", expected, given);
  return given.map((id) => {
    const kind = filterKind(id);
    if (kind === null) throw errors.badAttribute("stopOnGC", expected, id);
    return kind;
  });
}

/** Managers with a quarantine overwrite what they free anyway, unless it is turned off. */
function isPoisoning(names: readonly string[], { quarantine }: ManagerOptions): boolean {
  if (!names.includes("quarantine")) return false;
  if (quarantine === 0) throw errors.badAttribute("managerOptions.quarantine", `more than 0 with "poison"`, quarantine);
  return true;
}

/** Who has the heap checked wants to stop at what is found. */
function launchFilters({ stopOnGC, verify }: Attributes): readonly EventKind[] {
  const wanted = filters(stopOnGC);
  return verifyPlan(verify) === null || wanted.includes("verify") ? wanted : [...wanted, "verify"];
}

function verifyPlan(given: unknown): VerifyPlan | null {
  if (given === undefined || given === false || given === 0) return null;
  if (given === "collections" || (typeof given === "number" && Number.isSafeInteger(given) && given > 0)) return given;
  throw errors.badAttribute("verify", `"collections", or a whole number of safepoints between two checks`, given);
}

function text(name: string, value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise;
  if (typeof value !== "string") throw errors.badAttribute(name, "a text", value);
  return value;
}
function consoleKind(given: unknown): ConsoleKind {
  const kind = given ?? CONSOLES[0];
  if (CONSOLES.includes(kind as ConsoleKind)) return kind as ConsoleKind;
  throw errors.badAttribute("console", CONSOLES.map((known) => `"${known}"`).join(", "), given);
}
/** Null when it is left out. @throws {RequestError} */
export function portNumber(name: string, given: unknown): number | null {
  if (given === undefined) return null;
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= MOST_PORT) return given;
  throw errors.badAttribute(name, `a port from 0 to ${MOST_PORT}`, given);
}
/** 0 is the same as none. */
function programStep(target: Target, given: unknown): number | null {
  if (given === undefined || given === 0) return null;
  if (target.kind !== "program") {
    throw errors.badAttribute("stopAtStep", `nothing: it belongs to a source file as "program"`, given);
  }
  if (typeof given !== "number" || !Number.isSafeInteger(given) || given < 0) {
    throw errors.badAttribute("stopAtStep", "the number of a program step, from 1 on, or 0 for none", given);
  }
  return given;
}
function stepBy(given: unknown): "form" | "line" {
  if (given === undefined || given === "form") return "form";
  if (given !== "line") throw errors.badAttribute("stepBy", `"form" or "line"`, given);
  return given;
}
function claim(name: string, value: unknown, otherwise = false): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw errors.badAttribute(name, "true or false", value);
}
function profile(target: Target, given: unknown): boolean {
  const isWanted = claim("profile", given);
  if (isWanted && target.kind !== "program") {
    throw errors.badAttribute("profile", `nothing: it belongs to a source file as "program"`, given);
  }
  return isWanted;
}
function number(name: string, value: unknown, otherwise: number, least: number, most: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw errors.badAttribute(name, `a number from ${least} to ${most}`, value);
  }
  return value;
}
function texts(name: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) {
    throw errors.badAttribute(name, "a list of texts", value);
  }
  return value;
}
