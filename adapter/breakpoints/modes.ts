/**
 * Breakpoint modes: what happens at a hit, for breakpoints of every kind.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** What a hit does. */
export type HitAction = "stop" | "log";

const EVERYWHERE: DebugProtocol.BreakpointModeApplicability[] = ["source", "exception", "data", "instruction"];

const ACTIONS: readonly (DebugProtocol.BreakpointMode & { readonly mode: HitAction })[] = [
  { mode: "stop", label: "Stop", description: "Stops the program.", appliesTo: EVERYWHERE },
  { mode: "log", label: "Log", description: "Prints a line and goes on.", appliesTo: EVERYWHERE },
];
/** For the answer to `initialize`. */
export const BREAKPOINT_MODES: DebugProtocol.BreakpointMode[] = [...ACTIONS];

/** Null when the text is none. */
export function hitAction(mode: string): HitAction | null {
  return ACTIONS.find((row) => row.mode === mode)?.mode ?? null;
}
/** Modes of what is not data. */
export const ACTION_NAMES: readonly string[] = ACTIONS.map((row) => row.mode);
