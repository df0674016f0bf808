/**
 * The memory view of the editor, which belongs to another extension, the hex editor: whose memory it shows, from which address on, and at which byte its cursor
 * stands. The hex editor tells its cursor to others only through the clipboard.
 */
import * as vscode from "vscode";

/** How the editor names memory of a session: the session, and the memory reference that was opened. */
const MEMORY_SCHEME = "vscode-debug-memory";
const COPY_OFFSET = "hexEditor.copyOffsetAsHex";

export interface ShownMemory {
  readonly session: string;
  /** Byte address of the first byte in view. */
  readonly start: number;
}
export interface MemoryByte {
  readonly session: string;
  readonly address: number;
}

/** @param from the document, when the title of its editor was clicked; else the editor in front is meant @returns null when that is no memory */
export function shownMemory(from: unknown): ShownMemory | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = from instanceof vscode.Uri ? from : input instanceof vscode.TabInputCustom ? input.uri : null;
  if (uri?.scheme !== MEMORY_SCHEME) return null;
  const start = Number(decodeURIComponent(uri.path.split("/")[1] ?? ""));
  return Number.isSafeInteger(start) ? { session: uri.authority, start } : null;
}

/** The byte at the cursor; where the hex editor does not tell, the user is asked. @returns null when the user has changed their mind */
export async function memoryByte(question: string, { session, start }: ShownMemory): Promise<MemoryByte | null> {
  const offset = (await cursor()) ?? (await askedOffset(question));
  return offset === null ? null : { session, address: start + offset };
}

/** Bytes between the first one in view and the one at the cursor; null when there is no cursor, or no telling. */
async function cursor(): Promise<number | null> {
  const { clipboard } = vscode.env;
  try {
    const before = await clipboard.readText();
    // Without a cursor nothing is copied, and what another copied must not count.
    await clipboard.writeText("");
    try {
      await vscode.commands.executeCommand(COPY_OFFSET);
      return offsetIn(await clipboard.readText());
    } finally {
      await clipboard.writeText(before);
    }
  } catch {
    return null; // another hex editor, or no access to the clipboard
  }
}

async function askedOffset(question: string): Promise<number | null> {
  const text = await vscode.window.showInputBox({
    prompt: `${question} the cell of which byte? Its offset in this view, in hexadecimal`,
    value: "0",
    validateInput: (given) => (offsetIn(given) === null ? "A hexadecimal number, such as 1C" : null),
  });
  return text === undefined ? null : offsetIn(text);
}

function offsetIn(text: string): number | null {
  const match = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text.trim());
  return match === null ? null : Number.parseInt(match[1] ?? "", 16);
}
