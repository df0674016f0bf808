/** What a language feature is: one LSP request, the capability that announces it, and the function that answers it. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Range } from "#core";
import { toPosition } from "../convert.ts";
import type { Snapshot } from "../documents.ts";

/** What the client can take, from its `initialize` request. */
export interface ClientTraits {
  /** Completion items may hold placeholders. */
  readonly takesSnippets: boolean;
  /** Documentation may be Markdown; plain text otherwise. */
  readonly takesMarkdown: boolean;
  /** Document symbols may be a tree. */
  readonly takesSymbolTree: boolean;
}

export interface FeatureRequest {
  readonly snapshot: Snapshot;
  readonly client: ClientTraits;
  /** As it came; `textDocument` is resolved already. */
  readonly params: { readonly [attribute: string]: unknown };
}

export interface Feature {
  /** LSP method, for instance `textDocument/hover`. */
  readonly method: string;
  readonly capability: Partial<ServerCapabilities>;
  /** Null stands for "nothing to say here". */
  readonly answer: (request: FeatureRequest) => unknown;
}

/** @throws {ResponseError} InvalidParams when the request has no position */
export function offsetOf(request: FeatureRequest): number {
  return request.snapshot.lines.offsetAt(toPosition(request.params.position, "position"));
}

/** @throws {ResponseError} InvalidParams when the request has no range */
export function rangeOf(request: FeatureRequest): Range {
  const { lines } = request.snapshot;
  const range = request.params.range as { start?: unknown; end?: unknown } | null | undefined;
  const start = lines.offsetAt(toPosition(range?.start, "range.start"));
  const end = lines.offsetAt(toPosition(range?.end, "range.end"));
  return { start: Math.min(start, end), end: Math.max(start, end) };
}
