/** Files of a workspace, in memory. */
import type { WorkspaceFiles } from "../../../server/workspace/workspace.ts";

export class FileMap implements WorkspaceFiles {
  readonly texts: Map<string, string>;
  folders: readonly string[] = [];

  constructor(texts: Readonly<Record<string, string>> = {}) {
    this.texts = new Map(Object.entries(texts));
  }

  setFolders(uris: readonly string[]): void {
    this.folders = uris;
  }

  list(): readonly string[] {
    return [...this.texts.keys()];
  }

  read(uri: string): string | null {
    return this.texts.get(uri) ?? null;
  }
}
