/**
 * What a language feature is: one LSP request, the capability that announces it, and the function that answers it. Most are about one
 * document; a few go through all files of the workspace.
 */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Range } from "#core";
import { toPosition } from "../convert.ts";
import type { Snapshot } from "../documents.ts";
import type { Settings } from "../settings.ts";

/** What the client can take, from its `initialize` request. */
export interface ClientTraits {
  /** Completion items may hold placeholders. */
  readonly takesSnippets: boolean;
  /** Documentation may be Markdown; plain text otherwise. */
  readonly takesMarkdown: boolean;
  /** Document symbols may be a tree. */
  readonly takesSymbolTree: boolean;
  /** It asks for diagnostics itself. */
  readonly pullsDiagnostics: boolean;
  /** Long work may be shown as progress that the server begins. */
  readonly takesProgress: boolean;
  /** Requests with which it can be made to ask again for what it shows. */
  readonly refreshes: readonly string[];
  /** The commands that it knows: a lens for any other would do nothing. */
  readonly commands: ReadonlySet<string>;
}

interface Asked {
  readonly client: ClientTraits;
  readonly settings: Settings;
  /** As it came; `textDocument` is resolved already. */
  readonly params: { readonly [attribute: string]: unknown };
}

export interface FeatureRequest extends Asked {
  readonly snapshot: Snapshot;
}

export interface WorkspaceRequest extends Asked {
  /** Is the document open in the client, with a version? */
  readonly isOpen: (uri: string) => boolean;
}

export interface DocumentFeature {
  /** LSP method, for instance `textDocument/hover`. */
  readonly method: string;
  readonly capability: Partial<ServerCapabilities>;
  /** Null stands for "nothing to say here". */
  readonly answer: (request: FeatureRequest) => unknown;
}

export interface WorkspaceFeature {
  readonly method: string;
  readonly capability: Partial<ServerCapabilities>;
  /** What one file adds to the answer. */
  readonly itemsOf: (snapshot: Snapshot, request: WorkspaceRequest) => readonly unknown[];
  /** Results of a file that stay while the file does not change; everything else about files that are not open is forgotten. */
  readonly keeps: readonly ((snapshot: Snapshot) => unknown)[];
  /** The answer, from the items that have not been sent on the way. */
  readonly join: (items: readonly unknown[]) => unknown;
}

export type Feature = DocumentFeature | WorkspaceFeature;

/** @throws {ResponseError} InvalidParams when the request has no position */
export function offsetOf(request: FeatureRequest): number {
  return request.snapshot.lines.offsetAt(toPosition(request.params.position, "position"));
}

/** @throws {ResponseError} InvalidParams when the request has no range */
export function rangeOf(request: FeatureRequest): Range {
  return toOffsets(request.snapshot, request.params.range, "range");
}

/**
 * A range as it came from outside, as offsets.
 * @throws {ResponseError} InvalidParams when it is none
 */
export function toOffsets({ lines }: Snapshot, value: unknown, attribute: string): Range {
  const range = value as { start?: unknown; end?: unknown } | null | undefined;
  const start = lines.offsetAt(toPosition(range?.start, `${attribute}.start`));
  const end = lines.offsetAt(toPosition(range?.end, `${attribute}.end`));
  return { start: Math.min(start, end), end: Math.max(start, end) };
}
