/** What a command of the command line is, and how it refuses. */
import { type ParseArgsConfig, parseArgs } from "node:util";

export const EXIT_DONE = 0;
/** The guest program failed, or a check found something. */
export const EXIT_FOUND = 1;
export const EXIT_WRONG_USE = 2;
export const EXIT_UNUSABLE_INPUT = 3;
/** The output cannot be written, for example because the disk is full. */
export const EXIT_NO_OUTPUT = 74;

/** The command was called wrongly. */
export class UsageError extends Error {}
/** A file cannot be used: missing, unreadable, source text with errors. */
export class InputError extends Error {}

export interface Command {
  readonly name: string;
  /** `run FILE [--stats]`: name and arguments. */
  readonly synopsis: string;
  readonly summary: string;
  /** What `--help` says besides the summary. */
  readonly details?: string;
  run(args: readonly string[]): Promise<number>;
}

interface OptionTypes {
  /** `multiple`: the option may be given again and again. */
  readonly [name: string]: { readonly type: "string" | "boolean"; readonly multiple?: true };
}
type Values<T extends OptionTypes> = {
  readonly [K in keyof T]?: T[K] extends { multiple: true }
    ? readonly string[]
    : T[K]["type"] extends "boolean"
      ? boolean
      : string;
};

/** `parseArgs` of Node, with its complaints as `UsageError`. */
export function parse<const T extends OptionTypes>(
  args: readonly string[],
  options: T,
): { readonly values: Values<T>; readonly positionals: readonly string[] } {
  try {
    const parsed = parseArgs({
      args: [...args],
      options: options as ParseArgsConfig["options"],
      allowPositionals: true,
    });
    return { values: parsed.values as Values<T>, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

interface NumberLimits {
  readonly least: number;
  readonly most: number;
  /** When the option is not given. */
  readonly otherwise: number;
}

/** A number option within limits. */
export function numberOption(name: string, text: string | undefined, limits: NumberLimits): number {
  return limitedNumber(name, text, limits, "a number");
}
/** The same for numbers without a fraction. */
export function wholeNumberOption(name: string, text: string | undefined, limits: NumberLimits): number {
  return limitedNumber(name, text, limits, "a whole number");
}
function limitedNumber(name: string, text: string | undefined, limits: NumberLimits, kind: string): number {
  if (text === undefined) return limits.otherwise;
  const value = Number(text);
  const isKind = text.trim() !== "" && (kind === "a number" || Number.isInteger(value));
  if (isKind && value >= limits.least && value <= limits.most) return value;
  throw new UsageError(`--${name} ${text}: expected ${kind} from ${limits.least} to ${limits.most}`);
}

/** The only positional argument. */
export function singleFile(positionals: readonly string[]): string {
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError("expected a file name");
  if (others.length > 0) throw new UsageError(`expected one file name, found also ${others.join(" ")}`);
  return file;
}
