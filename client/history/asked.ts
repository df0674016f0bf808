/** What a question about the past is about: the variable of a menu, the byte of a memory view, or what the user types. */
import * as vscode from "vscode";
import type { HistoryArguments } from "#wire";
import { type MemoryByte, memoryByte, shownMemory } from "./memory-view.ts";

export interface Asked {
  /** Number of the session; left out, the active one. */
  readonly session?: string;
  readonly what: HistoryArguments;
}

/** What the editor hands to a command in the menu of a variable; in that of a watch there is no container. */
interface VariableMenu {
  readonly sessionId?: string;
  readonly container?: { readonly variablesReference?: number };
  readonly variable: { readonly name: string; readonly evaluateName?: string };
}

/** A cell of the machine. */
const CELL_BYTES = 4;

/**
 * @param question the words that a prompt begins with
 * @param from what the editor handed to the command: from the palette nothing, from the title of a memory view its document
 * @returns null when the user has changed their mind
 */
export async function askedBy(question: string, from: unknown): Promise<Asked | null> {
  if (isVariableMenu(from)) return askedOfVariable(from);
  const memory = from === undefined ? null : shownMemory(from);
  if (memory !== null) {
    const byte = await memoryByte(question, memory);
    return byte === null ? null : askedOfByte(byte);
  }
  return typed(question);
}

function isVariableMenu(from: unknown): from is VariableMenu {
  return typeof from === "object" && from !== null && "variable" in from;
}

function askedOfVariable({ sessionId, container, variable }: VariableMenu): Asked {
  const session = sessionId === undefined ? {} : { session: sessionId };
  const reference = container?.variablesReference;
  if (reference !== undefined) return { ...session, what: { name: variable.name, variablesReference: reference } };
  return { ...session, what: { name: variable.evaluateName ?? variable.name, ...selectedFrame() } };
}

/** The cell that the byte is in. */
function askedOfByte({ session, address }: MemoryByte): Asked {
  const cell = address - (address % CELL_BYTES);
  return { session, what: { memoryReference: `0x${cell.toString(16)}`, bytes: CELL_BYTES } };
}

async function typed(question: string): Promise<Asked | null> {
  const prompt = `${question} …? An expression, or the address of a cell, such as #57,12340 or 0x2F14E0 (in words)`;
  const name = await vscode.window.showInputBox({ prompt });
  return name === undefined || name === "" ? null : { what: { name, ...selectedFrame() } };
}

function selectedFrame(): { frameId?: number } {
  const item = vscode.debug.activeStackItem;
  return item instanceof vscode.DebugStackFrame ? { frameId: item.frameId } : {};
}
