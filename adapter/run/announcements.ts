/** What a client is told about the program as a whole: that it begins, what can be done with it, and what it failed of. */
import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type EventKind, MAIN_THREAD, managerFactory } from "#core";
import type { Context } from "../context.ts";
import { describeHalt, type Halt } from "../events.ts";
import { styled } from "../presentation/styling.ts";
import type { Program } from "./run.ts";

/** Bits of a memory reference's address that a cell can hold. */
const POINTER_BITS = 32;

/** @param isGuest the client did not launch it */
export function announceProgram({ client }: Context, { launch, engine }: Program, isGuest: boolean): void {
  const body: DebugProtocol.ProcessEvent["body"] = {
    name: basename(launch.target.path),
    isLocalProcess: true,
    startMethod: isGuest ? "attach" : "launch",
    pointerSize: POINTER_BITS,
  };
  client.event("process", body);
  if (engine !== null) client.event("thread", { reason: "started", threadId: MAIN_THREAD });
}

export function announceEnd({ client }: Context, { engine }: Program): void {
  if (engine !== null) client.event("thread", { reason: "exited", threadId: MAIN_THREAD });
}

/** What an image cannot do that does not run. */
const NEEDS_RUN = [
  "supportsStepBack",
  "supportsRestartFrame",
  "supportsGotoTargetsRequest",
  "supportsStepInTargetsRequest",
  "supportsDataBreakpoints",
  "supportsFunctionBreakpoints",
  "supportsInstructionBreakpoints",
] as const;
/** What needs code that can be left out or run twice. */
const NEEDS_FREEDOM = ["supportsRestartFrame", "supportsGotoTargetsRequest"] as const;
type Limitable = (typeof NEEDS_RUN)[number];

/** Which of the capabilities that were promised hold for one program. */
export function capabilitiesFor(advertised: DebugProtocol.Capabilities, program: Program): DebugProtocol.Capabilities {
  const freesByCode = managerFactory(program.launch.manager)?.traits.usesPlan === true;
  const missing: readonly Limitable[] = program.engine === null ? NEEDS_RUN : freesByCode ? NEEDS_FREEDOM : [];
  return Object.fromEntries(
    NEEDS_RUN.filter((name) => advertised[name] === true).map((name) => [name, !missing.includes(name)]),
  );
}

const FAILURES: readonly EventKind[] = ["lisp.error", "memory.error", "storage.full", "stack.overflow"];

/** What has gone wrong in the program; null when nothing has. */
function failureOf(halt: Halt): string | null {
  if (halt.kind === "failed") return halt.message;
  return halt.kind === "event" && FAILURES.includes(halt.event.kind) ? describeHalt(halt).text : null;
}

/** Frames that are looked through for one with source text. */
const MOST_FRAMES = 10;

/** The failure as a line of the console, with the place in the text. Not with variables to open: VS Code shows those instead of the line. */
export function failureOutput(
  context: Context,
  { engine }: Program,
  halt: Halt,
): DebugProtocol.OutputEvent["body"] | null {
  const message = failureOf(halt);
  if (message === null) return null;
  const body = { category: "stderr", output: `${styled(context, "bold", message)}\n` };
  const frame = engine?.stack(0, MOST_FRAMES).frames.find(({ place }) => place !== null);
  if (engine === null || frame === undefined || frame.place?.path == null) return body;
  return {
    ...body,
    source: context.sources.ofPath(frame.place.path),
    line: context.positions.lineToClient(frame.place.line),
    column: context.positions.columnToClient(frame.place.column),
  };
}

/** Work that is done in one piece, as progress that cannot be cancelled. */
export function withProgress<T>({ client, capabilities }: Context, title: string, work: () => T): T {
  if (capabilities?.supportsProgressReporting !== true) return work();
  const progressId = `work ${title}`;
  client.event("progressStart", { progressId, title, cancellable: false });
  try {
    return work();
  } finally {
    client.event("progressEnd", { progressId });
  }
}

/** Lines that belong together, closed at first. */
export function outputGroup(
  { client, output }: Context,
  category: string,
  title: string,
  lines: readonly string[],
): void {
  output.flush();
  client.event("output", { category, group: "startCollapsed", output: `${title}\n` });
  for (const line of lines) client.event("output", { category, output: `${line}\n` });
  client.event("output", { category, group: "end", output: "" });
}
