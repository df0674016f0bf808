/** Document symbols: the outline of a file, as a tree or, for a client that takes none, as a list. */

import { type DocumentSymbol, type SymbolInformation, SymbolKind } from "vscode-languageserver";
import { type DocumentSymbol as Definition, documentSymbols as definitionsOf } from "#core";
import type { LineTable } from "../../convert.ts";
import type { Snapshot } from "../../documents.ts";
import type { FeatureRequest } from "../feature.ts";

const KINDS = {
  function: SymbolKind.Function,
  variable: SymbolKind.Variable,
  type: SymbolKind.Struct,
  field: SymbolKind.Field,
} as const;

export function documentSymbols({ snapshot, client }: FeatureRequest): DocumentSymbol[] | SymbolInformation[] {
  const definitions = definitionsOf(snapshot.analysis);
  return client.takesSymbolTree
    ? definitions.map((definition) => symbol(snapshot.lines, definition))
    : definitions.flatMap((definition) => listOf(snapshot, definition, null));
}

function symbol(lines: LineTable, definition: Definition): DocumentSymbol {
  const { name, kind, detail, range, nameRange, children } = definition;
  return {
    name,
    kind: KINDS[kind],
    ...(detail === "" ? {} : { detail }),
    range: lines.rangeOf(range),
    selectionRange: lines.rangeOf(nameRange),
    children: children.map((child) => symbol(lines, child)),
  };
}

/** A definition and those inside of it, one after the other. */
export function listOf(snapshot: Snapshot, definition: Definition, around: string | null): SymbolInformation[] {
  const { name, kind, range, children } = definition;
  const location = { uri: snapshot.uri, range: snapshot.lines.rangeOf(range) };
  return [
    { name, kind: KINDS[kind], location, ...(around === null ? {} : { containerName: around }) },
    ...children.flatMap((child) => listOf(snapshot, child, name)),
  ];
}
