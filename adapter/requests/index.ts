/** The table of all requests. A request that is not here does not exist, and what `initialize` promises is the sum of what stands here. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakpointLocations } from "./breakpoints/breakpoint-locations.ts";
import { dataBreakpointInfo } from "./breakpoints/data-breakpoint-info.ts";
import { exceptionInfo } from "./breakpoints/exception-info.ts";
import { setBreakpoints } from "./breakpoints/set-breakpoints.ts";
import { setDataBreakpoints } from "./breakpoints/set-data-breakpoints.ts";
import { setExceptionBreakpoints } from "./breakpoints/set-exception-breakpoints.ts";
import { setFunctionBreakpoints } from "./breakpoints/set-function-breakpoints.ts";
import { setInstructionBreakpoints } from "./breakpoints/set-instruction-breakpoints.ts";
import { beginTrialRequest } from "./conspect/branches/begin-trial.ts";
import { branches } from "./conspect/branches/branches.ts";
import { discardTrialRequest } from "./conspect/branches/discard-trial.ts";
import { dropBranchRequest } from "./conspect/branches/drop-branch.ts";
import { goToBranchRequest } from "./conspect/branches/go-to-branch.ts";
import { keepTrialRequest } from "./conspect/branches/keep-trial.ts";
import { digest } from "./conspect/digest.ts";
import { fork } from "./conspect/fork.ts";
import { goTo } from "./conspect/go-to.ts";
import { biography } from "./conspect/history/biography.ts";
import { findCulprit } from "./conspect/history/find-culprit.ts";
import { whoAllocated } from "./conspect/history/who-allocated.ts";
import { whoCounted } from "./conspect/history/who-counted.ts";
import { whoFreed } from "./conspect/history/who-freed.ts";
import { whoWrote } from "./conspect/history/who-wrote.ts";
import { saveImage } from "./conspect/save-image.ts";
import { saveRecording } from "./conspect/save-recording.ts";
import { tryCollection } from "./conspect/try-collection.ts";
import { undoEdit } from "./conspect/undo-edit.ts";
import { continueRequest } from "./execution/continue.ts";
import { gotoRequest } from "./execution/goto.ts";
import { gotoTargets } from "./execution/goto-targets.ts";
import { next } from "./execution/next.ts";
import { pause } from "./execution/pause.ts";
import { restartFrame } from "./execution/restart-frame.ts";
import { reverseContinue } from "./execution/reverse-continue.ts";
import { stepBack } from "./execution/step-back.ts";
import { stepIn } from "./execution/step-in.ts";
import { stepInTargets } from "./execution/step-in-targets.ts";
import { stepOut } from "./execution/step-out.ts";
import { disassemble } from "./memory/disassemble.ts";
import { readMemory } from "./memory/read-memory.ts";
import { writeMemory } from "./memory/write-memory.ts";
import type { AnyRequest } from "./request.ts";
import { attach } from "./session/attach.ts";
import { cancel } from "./session/cancel.ts";
import { configurationDone } from "./session/configuration-done.ts";
import { disconnect } from "./session/disconnect.ts";
import { initialize } from "./session/initialize.ts";
import { launch } from "./session/launch.ts";
import { restart } from "./session/restart.ts";
import { terminate } from "./session/terminate.ts";
import { terminateThreads } from "./session/terminate-threads.ts";
import { threads } from "./session/threads.ts";
import { completions } from "./views/completions.ts";
import { evaluate } from "./views/evaluate.ts";
import { loadedSources } from "./views/loaded-sources.ts";
import { locations } from "./views/locations.ts";
import { modules } from "./views/modules.ts";
import { scopes } from "./views/scopes.ts";
import { setExpression } from "./views/set-expression.ts";
import { setVariable } from "./views/set-variable.ts";
import { source } from "./views/source.ts";
import { stackTrace } from "./views/stack-trace.ts";
import { variables } from "./views/variables.ts";

export const requests: readonly AnyRequest[] = [
  initialize,
  launch,
  attach,
  breakpointLocations,
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
  stepBack,
  reverseContinue,
  stepInTargets,
  gotoTargets,
  gotoRequest,
  restartFrame,
  restart,
  terminate,
  terminateThreads,
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
  locations,
  modules,
  digest,
  undoEdit,
  saveImage,
  whoWrote,
  whoCounted,
  whoAllocated,
  whoFreed,
  biography,
  goTo,
  saveRecording,
  branches,
  goToBranchRequest,
  dropBranchRequest,
  tryCollection,
  beginTrialRequest,
  keepTrialRequest,
  discardTrialRequest,
  fork,
  findCulprit,
];

const byCommand = new Map(requests.map((row) => [row.command, row]));

export function findRequest(command: unknown): AnyRequest | null {
  return typeof command === "string" ? (byCommand.get(command) ?? null) : null;
}

/** The answer to `initialize`. */
export const CAPABILITIES: DebugProtocol.Capabilities = Object.assign({}, ...requests.map((row) => row.capabilities));
