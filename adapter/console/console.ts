/** The commands of the debug console: which line is one, and what it stands for. Everything else is Lisp. */
import type { StackOffset } from "#core";
import type { Context } from "../context.ts";
import { errors } from "../errors.ts";
import { BRANCH_COMMANDS } from "./branches.ts";
import type { Call, Command } from "./command.ts";
import { HEAP_COMMANDS } from "./heap.ts";
import { MAINTENANCE_COMMANDS } from "./maintenance.ts";
import { TIME_COMMANDS } from "./time.ts";

const HELP: Command = { name: "help", takes: "", help: "this list; ? does the same", run: helpText };

export const COMMANDS: readonly Command[] = [
  HELP,
  ...TIME_COMMANDS,
  ...BRANCH_COMMANDS,
  ...HEAP_COMMANDS,
  ...MAINTENANCE_COMMANDS,
];

function helpText(): string {
  const rows = COMMANDS.map(({ name, takes, help }) => [`${name} ${takes}`.trim(), help] as const);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return [...rows.map(([usage, help]) => `${usage.padEnd(width)}  ${help}`), "Everything else is Lisp."].join("\n");
}

/** A command and what it is called with. */
export interface Order {
  readonly command: Command;
  readonly call: Call;
}

/** The command that a line stands for; null for Lisp. A word that is a variable is that variable, when it stands alone. */
export function orderOf(context: Context, line: string, frame: StackOffset | null): Order | null {
  const text = line.trim();
  const command = text === "?" ? HELP : COMMANDS.find(({ name }) => text === name || startsWith(text, name));
  if (command === undefined) return null;
  const rest = text === "?" ? "" : text.slice(command.name.length).trim();
  const isOneWord = !command.name.includes(" ");
  if (rest === "" && isOneWord && context.stoppedSubject("evaluate").place(text, frame).kind === "value") return null;
  return { command, call: { context, rest, frame } };
}
function startsWith(text: string, name: string): boolean {
  return text.startsWith(name) && /\s/.test(text[name.length] ?? "");
}

/** @throws {RequestError} when what stands behind the command is not what it takes */
export function checkOrder({ command: { name, takes }, call: { rest } }: Order): void {
  const needs = takes !== "" && !takes.startsWith("[") && rest === "";
  if (needs || (takes === "" && rest !== "")) {
    const wanted = takes === "" ? "stands alone" : `takes ${takes}`;
    throw errors.badCommand(`"${name}" ${wanted}; "help" lists all commands`);
  }
}

/** Commands that begin with what is typed, for completion. */
export function commandsLike(text: string): readonly Command[] {
  return text === "" || text.includes("(") ? [] : COMMANDS.filter(({ name }) => name.startsWith(text));
}
