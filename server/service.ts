/**
 * The language service: text in, results out. It knows no connection and no clock: `main.ts` binds it to a client, tests call it directly.
 * Everything that comes in is taken as unknown and checked, because the other side may be anything.
 */
import { type InitializeResult, type PublishDiagnosticsParams, TextDocumentSyncKind } from "vscode-languageserver";
import { fingerprint } from "#core";
import { Documents, type Snapshot } from "./documents.ts";
import { notInitialized, shutDown } from "./errors.ts";
import type { ClientTraits, Feature, WorkspaceFeature, WorkspaceRequest } from "./features/feature.ts";
import { capabilities, features } from "./features/index.ts";
import { publishedDiagnostics } from "./features/problems/diagnostics.ts";
import { MeasuredRun } from "./measured.ts";
import { DEFAULT_SETTINGS, member, type Settings, settingsFrom } from "./settings.ts";
import { pathOf } from "./workspace/folder-files.ts";
import { Workspace, type WorkspaceFiles } from "./workspace/workspace.ts";

/** Texts from this length on take noticeable time to analyse. */
const LONG_TEXT = 200_000;

/** What depends on more than the text: on settings, and on what was measured. */
const REFRESHABLE = ["codeLens", "inlayHint"];

const KEPT_RESULTS: ReadonlySet<unknown> = new Set(
  features.flatMap((feature) => ("itemsOf" in feature ? feature.keeps : [])),
);

/** One file of a request that goes through all of them. */
export interface WorkspaceStep {
  readonly items: readonly unknown[];
  readonly done: number;
  readonly of: number;
}

export class LanguageService {
  readonly #documents = new Documents();
  readonly #workspace: Workspace;
  #client: ClientTraits | null = null;
  #settings: Settings = DEFAULT_SETTINGS;
  #isShutDown = false;

  constructor(files: WorkspaceFiles) {
    this.#workspace = new Workspace(this.#documents, files);
  }

  get isShutDown(): boolean {
    return this.#isShutDown;
  }

  get client(): ClientTraits | null {
    return this.#client;
  }

  initialize(params: unknown): InitializeResult {
    this.#client = clientTraits(params);
    this.#workspace.setFolders(folderUris(params));
    return {
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...capabilities(),
      },
      serverInfo: { name: "conspect" },
    };
  }

  /** From here on requests are refused. */
  shutdown(): void {
    this.#isShutDown = true;
  }

  open(params: Loose): void {
    this.#documents.open(params?.textDocument);
  }

  change(params: Loose): void {
    this.#documents.change(params?.textDocument?.uri, params?.textDocument?.version, params?.contentChanges);
  }

  close(params: Loose): void {
    const uri = params?.textDocument?.uri;
    this.#documents.close(uri);
    // What is on the disk may be newer than when it was opened.
    if (typeof uri === "string") this.#workspace.forget([uri]);
  }

  /** @param params those of `workspace/didChangeConfiguration` */
  configure(params: unknown): void {
    this.#settings = settingsFrom(member(params, "settings"));
  }

  /**
   * Takes in what a run of an open program measured. Figures of another text than the one that is open are dropped.
   * @param params `Measurements`, as they came
   */
  measured(params: unknown): void {
    for (const uri of this.#documents.uris()) {
      const snapshot = this.#documents.get(uri);
      if (snapshot === null || pathOf(uri) !== member(params, "program")) continue;
      if (fingerprint(snapshot.text) === member(params, "fingerprint"))
        snapshot.session.measured = MeasuredRun.from(params);
    }
  }

  /** @param folders all workspace folders that there are now, as the protocol has them; null for none */
  setFolders(folders: unknown): void {
    this.#workspace.setFolders(urisIn(folders));
  }

  /** From now on the client tells about every file that changes. */
  watchFiles(): void {
    this.#workspace.isWatched = true;
  }

  /** @param params those of `workspace/didChangeWatchedFiles` */
  filesChanged(params: unknown): void {
    this.#workspace.forget(urisIn(member(params, "changes")));
  }

  /** Diagnostics of the version that is open now; an empty list takes those of a closed document away. */
  diagnose(uri: string): PublishDiagnosticsParams {
    const snapshot = this.#documents.get(uri);
    return snapshot === null ? { uri, diagnostics: [] } : publishedDiagnostics(snapshot);
  }

  /** The document that a request is about, in its present version; null when it is not open. */
  snapshotFor(params: Loose): Snapshot | null {
    return this.#documents.get(params?.textDocument?.uri ?? member(member(params, "item"), "uri"));
  }

  /** Will an answer about this document be noticeably late? */
  isSlow(params: Loose): boolean {
    const snapshot = this.snapshotFor(params);
    return snapshot !== null && snapshot.text.length > LONG_TEXT && !snapshot.isAnalysed;
  }

  /**
   * Answers one request of `features/index.ts`.
   * @returns null when the document is not open: a client may ask while it is closing one
   * @throws {ResponseError} what the client did wrong
   */
  answer(method: string, params: Loose): unknown {
    const { feature, client } = this.#featureFor(method);
    if (feature === null) return null;
    if (!("answer" in feature)) {
      return feature.join([...this.steps(method, params)].flatMap((step) => step.items));
    }
    const snapshot = this.snapshotFor(params);
    if (snapshot === null) return null;
    return feature.answer({ snapshot, client, settings: this.#settings, params: params as WorkspaceRequest["params"] });
  }

  /**
   * Answers a request about the whole workspace file by file, so that others can come in between. Nothing for other requests.
   * @throws {ResponseError} what the client did wrong
   */
  *steps(method: string, params: Loose): Generator<WorkspaceStep, void> {
    const { feature, client } = this.#featureFor(method);
    if (feature === null || "answer" in feature || typeof params !== "object" || params === null) return;
    const isOpen = (uri: string) => this.#documents.get(uri) !== null;
    const settings = this.#settings;
    const request = { client, settings, params: params as WorkspaceRequest["params"], isOpen };
    const uris = this.#workspace.uris();
    for (const [i, uri] of uris.entries()) {
      const snapshot = this.#workspace.get(uri);
      const items = snapshot === null ? [] : feature.itemsOf(snapshot, request);
      // Of a thousand files only what is asked for again.
      if (!isOpen(uri)) snapshot?.forgetAllBut(KEPT_RESULTS);
      yield { items, done: i + 1, of: uris.length };
    }
  }

  #featureFor(method: string): { feature: Feature | null; client: ClientTraits } {
    if (this.#isShutDown) throw shutDown(method);
    if (this.#client === null) throw notInitialized(method);
    return { feature: features.find((row) => row.method === method) ?? null, client: this.#client };
  }
}

/** The feature that goes through all files, when a method has one. */
export function workspaceFeature(method: string): WorkspaceFeature | null {
  const feature = features.find((row) => row.method === method);
  return feature !== undefined && "itemsOf" in feature ? feature : null;
}

/** Parameters of a message before anything about them is known. */
export type Loose =
  | {
      readonly textDocument?: { readonly uri?: unknown; readonly version?: unknown; readonly text?: unknown } | null;
      readonly contentChanges?: unknown;
    }
  | null
  | undefined;

function clientTraits(params: unknown): ClientTraits {
  const capabilities = member(params, "capabilities");
  const textDocument = member(capabilities, "textDocument");
  const item = member(member(textDocument, "completion"), "completionItem");
  const formats = [member(member(textDocument, "hover"), "contentFormat"), member(item, "documentationFormat")];
  const commands = member(member(params, "initializationOptions"), "commands");
  return {
    takesSnippets: member(item, "snippetSupport") === true,
    takesMarkdown: formats.every((list) => Array.isArray(list) && list.includes("markdown")),
    takesSymbolTree: member(member(textDocument, "documentSymbol"), "hierarchicalDocumentSymbolSupport") === true,
    pullsDiagnostics: typeof member(textDocument, "diagnostic") === "object",
    takesProgress: member(member(capabilities, "window"), "workDoneProgress") === true,
    refreshes: REFRESHABLE.filter((name) => {
      return member(member(member(capabilities, "workspace"), name), "refreshSupport") === true;
    }).map((name) => `workspace/${name}/refresh`),
    commands: new Set(Array.isArray(commands) ? commands.filter((name) => typeof name === "string") : []),
  };
}

/** Older clients have one folder, and name it otherwise. */
function folderUris(params: unknown): readonly string[] {
  const folders = urisIn(member(params, "workspaceFolders"));
  const root = member(params, "rootUri");
  return folders.length === 0 && typeof root === "string" ? [root] : folders;
}

function urisIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    const uri = member(entry, "uri");
    return typeof uri === "string" ? [uri] : [];
  });
}
