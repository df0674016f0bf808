/** Workspace symbols: definitions by name, in open documents and in the files of the workspace. */

import type { SymbolInformation } from "vscode-languageserver";
import { documentSymbols } from "#core";
import type { Snapshot } from "../../documents.ts";
import { invalidParams } from "../../errors.ts";
import type { WorkspaceRequest } from "../feature.ts";
import { listOf } from "./document-symbols.ts";

/** @throws {ResponseError} InvalidParams */
export function workspaceSymbolsOf(snapshot: Snapshot, { params }: WorkspaceRequest): readonly SymbolInformation[] {
  const { query } = params;
  if (typeof query !== "string") throw invalidParams("query", "a string", query);
  return snapshot.once(allSymbols).filter(({ name }) => matches(name.toLowerCase(), query.toLowerCase()));
}

/** For `Snapshot.once`. */
export function allSymbols(snapshot: Snapshot): readonly SymbolInformation[] {
  return documentSymbols(snapshot.analysis).flatMap((definition) => listOf(snapshot, definition, null));
}

/** Do the characters of the query occur in the name, in this order? Clients sort and filter further. */
function matches(name: string, query: string): boolean {
  let at = 0;
  for (const character of query) {
    at = name.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
