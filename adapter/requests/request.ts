/** What a request is to the adapter: its name, what its arguments must look like, what it lets `initialize` promise, and its handler. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { IndexSteps } from "#core";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";

/** A question mark: may be missing. */
export type ArgumentKind =
  | "number"
  | "number?"
  | "claim?"
  | "text"
  | "text?"
  | "object"
  | "object?"
  | "objects"
  | "objects?"
  | "texts?"
  | "numbers?";

export interface Request<Arguments> {
  readonly command: string;
  /** Arguments that the handler relies on; others pass unseen. */
  readonly expects: { readonly [name in keyof Arguments]?: ArgumentKind };
  /** Flags of the answer to `initialize` that this request makes true. */
  readonly capabilities: DebugProtocol.Capabilities;
  /** Port of another process that serves this client from now on, this request first; null when it is served here. @throws {RequestError} and nothing else */
  elsewhere?(context: Context, args: Arguments): number | null;
  /** Work to do before `handle` can answer soon; null when there is none. The program stands still while it is done. @throws {RequestError} and nothing else */
  prepare?(context: Context, args: Arguments): IndexSteps<unknown> | null;
  /** For work that is the whole request: done in steps, it finds who makes the answer; null for a request that has none. What was begun is undone when it is cancelled. */
  work?(context: Context, args: Arguments): Work | null;
  /** Body of the answer. @throws {RequestError} and nothing else */
  handle(context: Context, args: Arguments): object | undefined;
}
/** Long work, with a title for the user. Errors are the answer's. */
export interface Work {
  readonly title: string;
  readonly steps: IndexSteps<() => object | undefined>;
}
/** For requests that look at no argument. */
export type NoArguments = { readonly [name: string]: never };

/** A row of the table: its handler is called with arguments that were checked against `expects`. */
export interface AnyRequest extends Omit<Request<never>, "expects"> {
  readonly expects: { readonly [name: string]: ArgumentKind | undefined };
}

/** @throws {RequestError} naming the first argument that is not as expected */
export function checkArguments(request: AnyRequest, given: unknown): object {
  const args: { readonly [name: string]: unknown } = typeof given === "object" && given !== null ? { ...given } : {};
  for (const [name, kind] of Object.entries(request.expects)) {
    const value = args[name];
    if (kind === undefined || (value === undefined && kind.endsWith("?"))) continue;
    if (!isOf(kind, value)) throw errors.badArgument(request.command, name, WORDS[kind], value);
  }
  return args;
}

const WORDS: { readonly [kind in ArgumentKind]: string } = {
  number: "a whole number",
  "number?": "a whole number or nothing",
  "claim?": "true, false or nothing",
  text: "a text",
  "text?": "a text or nothing",
  object: "an object",
  "object?": "an object or nothing",
  objects: "a list of objects",
  "objects?": "a list of objects or nothing",
  "texts?": "a list of texts or nothing",
  "numbers?": "a list of whole numbers or nothing",
};

function isOf(kind: ArgumentKind, value: unknown): boolean {
  switch (kind) {
    case "number":
    case "number?":
      return Number.isSafeInteger(value);
    case "claim?":
      return typeof value === "boolean";
    case "text":
    case "text?":
      return typeof value === "string";
    case "object":
    case "object?":
      return isObject(value);
    case "objects":
    case "objects?":
      return Array.isArray(value) && value.every(isObject);
    case "numbers?":
      return Array.isArray(value) && value.every(Number.isSafeInteger);
    case "texts?":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
  }
}
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks a field of an object in a list of arguments. @throws {RequestError} */
export function checkField(command: string, name: string, kind: ArgumentKind, value: unknown): void {
  if (value === undefined && kind.endsWith("?")) return;
  if (!isOf(kind, value)) throw errors.badArgument(command, name, WORDS[kind], value);
}
