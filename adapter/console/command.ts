/** What a command of the console is. */
import type { IndexSteps, StackOffset } from "#core";
import type { Context } from "../context.ts";

export interface Call {
  readonly context: Context;
  /** What stands behind the command, without blanks around it. */
  readonly rest: string;
  readonly frame: StackOffset | null;
}

export interface Command {
  /** One word or two. */
  readonly name: string;
  /** What stands behind it, in capitals; empty for nothing, in brackets for what can be left out. */
  readonly takes: string;
  readonly help: string;
  /** Long work that comes first. @throws {RequestError} */
  prepare?(call: Call): IndexSteps<unknown>;
  /** The text to show. @throws {RequestError} */
  run(call: Call): string;
}
