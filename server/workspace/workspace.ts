/**
 * All Conspect Lisp texts there are: those that the client has open, and the other files of its workspace folders. Where files come from
 * is a port, so that tests need no disk.
 */
import { type Documents, Session, Snapshot } from "../documents.ts";

/** The port: files of the workspace folders. */
export interface WorkspaceFiles {
  /** The folders, as URIs; whatever is no URI of a file is ignored. */
  setFolders(uris: readonly string[]): void;
  /** URIs of all Conspect Lisp files in the folders. */
  list(): readonly string[];
  /** Null when the file cannot be read, or is too long to analyse. */
  read(uri: string): string | null;
}

/** Version of what the client has not opened. */
const NO_VERSION = 0;

export class Workspace {
  readonly #documents: Documents;
  readonly #files: WorkspaceFiles;
  /** Analysed files, until they change. */
  readonly #snapshots = new Map<string, Snapshot>();
  #list: readonly string[] | null = null;
  /** The client tells about changed files; otherwise everything is read anew each time. */
  isWatched = false;

  constructor(documents: Documents, files: WorkspaceFiles) {
    this.#documents = documents;
    this.#files = files;
  }

  setFolders(uris: readonly string[]): void {
    this.#files.setFolders(uris);
    this.forget([]);
  }

  /** Takes note that files came, went or changed. No URIs: any may have. */
  forget(uris: readonly string[]): void {
    this.#list = null;
    if (uris.length === 0) this.#snapshots.clear();
    for (const uri of uris) this.#snapshots.delete(uri);
  }

  /** URIs of all texts, open ones first. */
  uris(): readonly string[] {
    if (!this.isWatched) this.forget([]);
    this.#list ??= this.#files.list();
    const open = this.#documents.uris();
    const known = new Set(open);
    return [...open, ...this.#list.filter((uri) => !known.has(uri))];
  }

  /** What a URI stands for now; null when it is gone. */
  get(uri: string): Snapshot | null {
    const open = this.#documents.get(uri) ?? this.#snapshots.get(uri);
    if (open !== undefined) return open;
    const text = this.#files.read(uri);
    if (text === null) return null;
    const snapshot = new Snapshot(uri, NO_VERSION, text, new Session());
    this.#snapshots.set(uri, snapshot);
    return snapshot;
  }
}
