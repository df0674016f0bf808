/** The table of all requests. A request that is not here does not exist, and what `initialize` promises is the sum of what stands here. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { attach } from "./attach.ts";
import { cancel } from "./cancel.ts";
import { completions } from "./completions.ts";
import { configurationDone } from "./configuration-done.ts";
import { digest } from "./conspect-digest.ts";
import { saveImage } from "./conspect-save-image.ts";
import { undoEdit } from "./conspect-undo-edit.ts";
import { continueRequest } from "./continue.ts";
import { dataBreakpointInfo } from "./data-breakpoint-info.ts";
import { disassemble } from "./disassemble.ts";
import { disconnect } from "./disconnect.ts";
import { evaluate } from "./evaluate.ts";
import { exceptionInfo } from "./exception-info.ts";
import { initialize } from "./initialize.ts";
import { launch } from "./launch.ts";
import { loadedSources } from "./loaded-sources.ts";
import { next } from "./next.ts";
import { pause } from "./pause.ts";
import { readMemory } from "./read-memory.ts";
import type { AnyRequest } from "./request.ts";
import { restart } from "./restart.ts";
import { scopes } from "./scopes.ts";
import { setBreakpoints } from "./set-breakpoints.ts";
import { setDataBreakpoints } from "./set-data-breakpoints.ts";
import { setExceptionBreakpoints } from "./set-exception-breakpoints.ts";
import { setExpression } from "./set-expression.ts";
import { setFunctionBreakpoints } from "./set-function-breakpoints.ts";
import { setInstructionBreakpoints } from "./set-instruction-breakpoints.ts";
import { setVariable } from "./set-variable.ts";
import { source } from "./source.ts";
import { stackTrace } from "./stack-trace.ts";
import { stepIn } from "./step-in.ts";
import { stepOut } from "./step-out.ts";
import { terminate } from "./terminate.ts";
import { threads } from "./threads.ts";
import { variables } from "./variables.ts";
import { writeMemory } from "./write-memory.ts";

export const requests: readonly AnyRequest[] = [
  initialize,
  launch,
  attach,
  setBreakpoints,
  setFunctionBreakpoints,
  setInstructionBreakpoints,
  setExceptionBreakpoints,
  dataBreakpointInfo,
  setDataBreakpoints,
  configurationDone,
  continueRequest,
  pause,
  next,
  stepIn,
  stepOut,
  restart,
  terminate,
  disconnect,
  cancel,
  threads,
  stackTrace,
  scopes,
  variables,
  setVariable,
  setExpression,
  evaluate,
  completions,
  exceptionInfo,
  readMemory,
  writeMemory,
  disassemble,
  loadedSources,
  source,
  digest,
  undoEdit,
  saveImage,
];

const byCommand = new Map(requests.map((row) => [row.command, row]));

export function findRequest(command: unknown): AnyRequest | null {
  return typeof command === "string" ? (byCommand.get(command) ?? null) : null;
}

/** The answer to `initialize`. */
export const CAPABILITIES: DebugProtocol.Capabilities = Object.assign({}, ...requests.map((row) => row.capabilities));
