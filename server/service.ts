/**
 * The language service: text in, results out. It knows no connection and no clock: `main.ts` binds it to a client, tests call it directly.
 * Everything that comes in is taken as unknown and checked, because the other side may be anything.
 */
import { type InitializeResult, type PublishDiagnosticsParams, TextDocumentSyncKind } from "vscode-languageserver";
import { Documents } from "./documents.ts";
import { notInitialized, shutDown } from "./errors.ts";
import type { ClientTraits, FeatureRequest } from "./features/feature.ts";
import { capabilities, features } from "./features/index.ts";
import { diagnose } from "./features/problems/diagnostics.ts";

export class LanguageService {
  readonly #documents = new Documents();
  #client: ClientTraits | null = null;
  #isShutDown = false;

  get isShutDown(): boolean {
    return this.#isShutDown;
  }

  initialize(params: unknown): InitializeResult {
    this.#client = clientTraits(params);
    return {
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
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
    this.#documents.close(params?.textDocument?.uri);
  }

  /** Diagnostics of the version that is open now; an empty list takes those of a closed document away. */
  diagnose(uri: string): PublishDiagnosticsParams {
    const snapshot = this.#documents.get(uri);
    return snapshot === null ? { uri, diagnostics: [] } : diagnose(snapshot);
  }

  /**
   * Answers one request of `features/index.ts`.
   * @returns null when the document is not open: a client may ask while it is closing one
   * @throws {ResponseError} what the client did wrong
   */
  answer(method: string, params: Loose): unknown {
    if (this.#isShutDown) throw shutDown(method);
    if (this.#client === null) throw notInitialized(method);
    const feature = features.find((row) => row.method === method);
    const snapshot = this.#documents.get(params?.textDocument?.uri);
    if (feature === undefined || snapshot === null) return null;
    return feature.answer({ snapshot, client: this.#client, params: params as FeatureRequest["params"] });
  }
}

/** Parameters of a message before anything about them is known. */
type Loose =
  | {
      readonly textDocument?: { readonly uri?: unknown; readonly version?: unknown; readonly text?: unknown } | null;
      readonly contentChanges?: unknown;
      readonly position?: unknown;
      readonly context?: unknown;
    }
  | null
  | undefined;

function clientTraits(params: unknown): ClientTraits {
  const textDocument = member(member(params, "capabilities"), "textDocument");
  const item = member(member(textDocument, "completion"), "completionItem");
  const formats = [member(member(textDocument, "hover"), "contentFormat"), member(item, "documentationFormat")];
  return {
    takesSnippets: member(item, "snippetSupport") === true,
    takesMarkdown: formats.every((list) => Array.isArray(list) && list.includes("markdown")),
    takesSymbolTree: member(member(textDocument, "documentSymbol"), "hierarchicalDocumentSymbolSupport") === true,
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
