/** The files of workspace folders on this computer. Everything that could take long is bounded; what cannot be read is not there. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MAX_ANALYSED_LENGTH } from "../documents.ts";
import type { WorkspaceFiles } from "./workspace.ts";

const EXTENSION = ".cons";
/** More folders and files than these are not looked at: a home directory may be open as workspace. */
const MAX_FOLDERS = 5000;
const MAX_FILES = 1000;
/** Hidden folders and these hold nobody's programs. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules"]);

export class FolderFiles implements WorkspaceFiles {
  #folders: readonly string[] = [];

  setFolders(uris: readonly string[]): void {
    this.#folders = uris.flatMap((uri) => pathOf(uri) ?? []);
  }

  list(): readonly string[] {
    const found: string[] = [];
    const open = [...this.#folders];
    for (let count = 0; open.length > 0 && count < MAX_FOLDERS && found.length < MAX_FILES; count += 1) {
      const folder = open.shift() as string;
      for (const entry of entriesOf(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) open.push(path);
        else if (entry.isFile() && entry.name.endsWith(EXTENSION)) found.push(pathToFileURL(path).href);
      }
    }
    return found.slice(0, MAX_FILES).sort();
  }

  read(uri: string): string | null {
    const path = pathOf(uri);
    if (path === null) return null;
    try {
      return statSync(path).size > MAX_ANALYSED_LENGTH ? null : readFileSync(path, "utf8");
    } catch {
      return null;
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Null for what is no file. */
export function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}
