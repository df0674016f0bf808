/**
 * Breakpoint modes: what happens at a hit (`stop`, `log`, `snapshot`), for breakpoints of every kind; and what a data breakpoint waits for. A client sends one mode with a
 * breakpoint; for data with the question what it would watch, and the data id carries it on.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** What a hit does. */
export type HitAction = "stop" | "log" | "snapshot";
/** What a data breakpoint waits for, where the access type of the protocol does not say it. */
export type DataMode = "write" | "change" | "read" | "count" | "free";

const EVERYWHERE: DebugProtocol.BreakpointModeApplicability[] = ["source", "exception", "data", "instruction"];
const ON_DATA: DebugProtocol.BreakpointModeApplicability[] = ["data"];

const ACTIONS: readonly (DebugProtocol.BreakpointMode & { readonly mode: HitAction })[] = [
  { mode: "stop", label: "Stop", description: "Stops the program.", appliesTo: EVERYWHERE },
  { mode: "log", label: "Log", description: "Prints a line and goes on.", appliesTo: EVERYWHERE },
  {
    mode: "snapshot",
    label: "Snapshot",
    description: "Names the moment in the recording, so that one can go back to it, and goes on.",
    appliesTo: EVERYWHERE,
  },
];
const DATA_MODES: readonly (DebugProtocol.BreakpointMode & { readonly mode: DataMode })[] = [
  { mode: "write", label: "Written", description: "Stops at each write, whatever is written.", appliesTo: ON_DATA },
  {
    mode: "change",
    label: "Changed",
    description: "Stops when another value is there than before.",
    appliesTo: ON_DATA,
  },
  { mode: "read", label: "Read", description: "Stops when an instruction reads it.", appliesTo: ON_DATA },
  {
    mode: "count",
    label: "Count changes",
    description: "Stops when the reference count of the object changes.",
    appliesTo: ON_DATA,
  },
  {
    mode: "free",
    label: "Freed or reused",
    description: "Stops when the object is freed, and when its cells become another object.",
    appliesTo: ON_DATA,
  },
];

/** For the answer to `initialize`. */
export const BREAKPOINT_MODES: DebugProtocol.BreakpointMode[] = [...ACTIONS, ...DATA_MODES];

/** Null when the text is none. */
export function hitAction(mode: string): HitAction | null {
  return ACTIONS.find((row) => row.mode === mode)?.mode ?? null;
}
/** Null when the text is none. */
export function dataMode(mode: string): DataMode | null {
  return DATA_MODES.find((row) => row.mode === mode)?.mode ?? null;
}
/** Modes of what is not data. */
export const ACTION_NAMES: readonly string[] = ACTIONS.map((row) => row.mode);
/** Modes of data. */
export const DATA_MODE_NAMES: readonly string[] = BREAKPOINT_MODES.map((row) => row.mode);
