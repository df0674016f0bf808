/**
 * `conspect demo`: the main job without an editor. Starts the debug adapter as a child process and drives it through the bundled example as any
 * client would; everything printed comes from its answers.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Command, EXIT_DONE, EXIT_FOUND, InputError, parse, UsageError } from "../command.ts";
import { DapClient } from "../dap-client.ts";
import { siblingPath } from "../sibling.ts";

type Variable = DebugProtocol.Variable;
type Print = (text?: string) => void;

/** Events of the example that the demonstration stops at, in order. */
const FILTERS = ["gc.trigger", "gc.reclaim", "gc.end"];
const INDENT = "   ";

export const demoCommand: Command = {
  name: "demo",
  synopsis: "demo",
  summary: "a debugging session in this terminal: a program stops on its own garbage collection",
  async run(args) {
    const { positionals } = parse(args, {});
    if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(" ")}`);
    const program = join(__dirname, "..", "examples", "garbage.cons");
    if (!existsSync(program)) throw new InputError(`${program} is missing: the example is part of the installation`);
    const output: string[] = [];
    const client = new DapClient(siblingPath("adapter.cjs"), [], (text) => output.push(text));
    try {
      return await session(client, program, output, (text = "") => process.stdout.write(`${text}\n`));
    } finally {
      client.end();
    }
  },
};

async function session(client: DapClient, program: string, output: readonly string[], print: Print): Promise<number> {
  print("Conspect: a Lisp program stops on its own garbage collection");
  print(
    `Program ${relative(process.cwd(), program)}, memory manager refcount, debug adapter as a child process over stdio.`,
  );
  await client.request("initialize", { adapterID: "conspect", linesStartAt1: true, columnsStartAt1: true });
  const launched = client.request("launch", { program });
  await client.event("initialized");
  await client.request("setExceptionBreakpoints", { filters: FILTERS });
  await client.request("configurationDone");
  await launched;

  const trigger = await nextStop(client);
  heading(print, 1, "The garbage of the program asks for a collection");
  showStack(trigger, print);
  await showReport(client, print);

  await client.request("continue", { threadId: 1 });
  const reclaim = await nextStop(client);
  heading(print, 2, "Before anything is freed: the memory regions");
  const scopes = await scopesOf(client, reclaim);
  // Regions of which the debugger knows how much is in use; the others are tables that this program does not touch.
  rows(
    (await childrenOfScope(client, scopes, "Memory")).filter(({ value }) => /used \d/.test(value)),
    print,
  );
  heading(print, 3, "Values, decoded");
  await showPointers(client, reclaim.frameId, print);
  heading(print, 4, "The reference-count table");
  await showCounts(client, scopes, print);
  heading(print, 5, "What will be freed, and why");
  await showReport(client, print);
  const before = await figures(client, scopes);

  await client.request("continue", { threadId: 1 });
  const end = await nextStop(client);
  heading(print, 6, "After the collection");
  await showReport(client, print);
  const after = await figures(client, await scopesOf(client, end));
  showDifference(before, after, print);

  await client.request("setExceptionBreakpoints", { filters: [] });
  await client.request("continue", { threadId: 1 });
  const exited = await client.event("exited");
  heading(print, 7, "The program runs to its end and prints");
  for (const line of output.join("").trimEnd().split("\n")) print(`${INDENT}${line}`);
  print();
  print("The same in VS Code: npm run package, install dist/conspect.vsix, open the folder examples/ and press F5.");
  return exited.body.exitCode === 0 ? EXIT_DONE : EXIT_FOUND;
}

function heading(print: Print, number: number, text: string): void {
  print();
  print(`${number}. ${text}`);
}

interface Stop {
  readonly frameId: number;
  readonly frames: readonly DebugProtocol.StackFrame[];
}

async function nextStop(client: DapClient): Promise<Stop> {
  const event = await client.event("stopped", "terminated");
  if (event.event === "terminated")
    throw new Error("the example ended before it stopped: its garbage no longer triggers a collection");
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId: 1 });
  return { frameId: stackFrames[0]?.id ?? 0, frames: stackFrames };
}

function showStack(stop: Stop, print: Print): void {
  const named = stop.frames.filter(({ source }) => source !== undefined);
  for (const { name, line, column, source } of named)
    print(`${INDENT}${name}  ${source?.name ?? ""}:${line}:${column}`);
}

async function showReport(client: DapClient, print: Print): Promise<void> {
  const { description, details } = await client.request<DebugProtocol.ExceptionInfoResponse["body"]>("exceptionInfo", {
    threadId: 1,
  });
  for (const line of (details?.stackTrace ?? description ?? "").trimEnd().split("\n")) print(`${INDENT}${line}`);
}

async function scopesOf(client: DapClient, stop: Stop): Promise<readonly DebugProtocol.Scope[]> {
  return (await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId: stop.frameId })).scopes;
}

async function children(client: DapClient, variablesReference: number, count = 40): Promise<readonly Variable[]> {
  const body = await client.request<DebugProtocol.VariablesResponse["body"]>("variables", {
    variablesReference,
    start: 0,
    count,
  });
  return body.variables;
}

async function childrenOfScope(
  client: DapClient,
  scopes: readonly DebugProtocol.Scope[],
  name: string,
): Promise<readonly Variable[]> {
  const scope = scopes.find((candidate) => candidate.name === name);
  return scope === undefined ? [] : children(client, scope.variablesReference);
}

function rows(variables: readonly Variable[], print: Print, indent = INDENT): void {
  const width = Math.max(0, ...variables.map(({ name }) => name.length));
  for (const { name, value } of variables) print(`${indent}${name.padEnd(width)}  ${value}`);
}

/** The gauges of the table, and the entries that say more than "garbage". */
async function showCounts(client: DapClient, scopes: readonly DebugProtocol.Scope[], print: Print): Promise<void> {
  const groups = await childrenOfScope(client, scopes, "Reference counts");
  const gauges = groups.find(({ name }) => name === "gauges");
  if (gauges !== undefined) rows(await children(client, gauges.variablesReference), print);
  for (const group of groups.filter(({ name }) => name.includes("entries"))) {
    print(`${INDENT}${group.name}: ${group.value}`);
    if (group.name === "all entries") continue;
    rows((await children(client, group.variablesReference)).slice(0, 4), print, `${INDENT}   `);
  }
}

/** Variables of the example that show a pair, a shared list and a vector. */
const SHOWN_VARIABLES = ["result", "tail", "kept"];

/** Three pointers: the value, the bytes that it points at, and what the debugger reads from them. */
async function showPointers(client: DapClient, frameId: number, print: Print): Promise<void> {
  for (const expression of SHOWN_VARIABLES) {
    const value = await client.request<DebugProtocol.EvaluateResponse["body"]>("evaluate", {
      expression,
      frameId,
      context: "watch",
    });
    print(`${INDENT}${expression}  ${value.result}`);
    if (value.memoryReference !== undefined) {
      const memory = await client.request<DebugProtocol.ReadMemoryResponse["body"]>("readMemory", {
        memoryReference: value.memoryReference,
        count: 8,
      });
      const bytes = [...Buffer.from(memory?.data ?? "", "base64")].map((byte) => byte.toString(16).padStart(2, "0"));
      print(`${INDENT}   bytes at ${value.memoryReference}: ${bytes.join(" ").toUpperCase()}`);
    }
    const parts = await children(client, value.variablesReference);
    rows(parts.filter(({ value: text }) => !text.startsWith("open to")).slice(0, 5), print, `${INDENT}   `);
  }
}

/** The gauges of the collector and the counts, by name. */
async function figures(
  client: DapClient,
  scopes: readonly DebugProtocol.Scope[],
): Promise<ReadonlyMap<string, string>> {
  const all: Variable[] = [];
  for (const scope of ["Reference counts", "Collector", "Manager"]) {
    all.push(...(await childrenOfScope(client, scopes, scope)));
  }
  // What a figure means stands in brackets behind it; here the numbers are enough.
  return new Map(all.map(({ name, value }) => [name, value.replace(/ \([^)]*\)$/, "")]));
}

function showDifference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, print: Print): void {
  const changed = [...after].filter(([name, value]) => before.has(name) && before.get(name) !== value);
  const width = Math.max(0, ...changed.map(([name]) => name.length));
  print(`${INDENT}${"".padEnd(width)}  before -> after`);
  for (const [name, value] of changed) print(`${INDENT}${name.padEnd(width)}  ${before.get(name)} -> ${value}`);
}
