/** Document symbols: the definitions of a file, with those inside them. Needs forms only, so it works on any text. */

import { type DocumentSymbol, type SymbolInformation, SymbolKind } from "vscode-languageserver";
import type { Form } from "#core";
import type { Snapshot } from "../documents.ts";
import type { FeatureRequest } from "./feature.ts";
import { children } from "./forms.ts";

export function documentSymbols({ snapshot, client }: FeatureRequest): DocumentSymbol[] | SymbolInformation[] {
  const tree = symbolsIn(snapshot, snapshot.analysis.forms);
  return client.takesSymbolTree ? tree : flat(tree, snapshot.uri, null);
}

function symbolsIn(snapshot: Snapshot, forms: readonly Form[]): DocumentSymbol[] {
  return forms.flatMap((form) => {
    // What is quoted is data, even when it looks like a definition.
    if (form.kind !== "list") return [];
    const inside = symbolsIn(snapshot, children(form));
    const definition = definitionOf(form);
    if (definition === null) return inside;
    const { name, kind, detail } = definition;
    return [
      {
        name: name.name,
        kind,
        ...(detail === "" ? {} : { detail }),
        range: snapshot.lines.rangeOf(form),
        selectionRange: snapshot.lines.rangeOf(name),
        children: inside,
      },
    ];
  });
}

type ListForm = Extract<Form, { kind: "list" }>;
type SymbolForm = Extract<Form, { kind: "symbol" }>;

/** What a form defines by its shape: `(define name …)`, `(define (name …) …)`, `(defun name (…) …)` and their relatives. */
function definitionOf(form: ListForm): { name: SymbolForm; kind: SymbolKind; detail: string } | null {
  const [head, target, value] = form.items;
  if (head?.kind !== "symbol" || target === undefined) return null;
  switch (head.name) {
    case "define": {
      if (target.kind === "symbol") return { name: target, ...variableOrFunction(value) };
      const name = target.kind === "list" ? target.items[0] : undefined;
      if (name?.kind !== "symbol" || target.kind !== "list") return null;
      return { name, kind: SymbolKind.Function, detail: parameters(target, 1) };
    }
    case "defun":
    case "defmacro":
      if (target.kind !== "symbol") return null;
      return { name: target, kind: SymbolKind.Function, detail: value === undefined ? "" : parameters(value, 0) };
    default:
      return null;
  }
}

function variableOrFunction(value: Form | undefined): { kind: SymbolKind; detail: string } {
  const [head, list] = value?.kind === "list" ? value.items : [];
  if (head?.kind !== "symbol" || head.name !== "lambda") return { kind: SymbolKind.Variable, detail: "" };
  return { kind: SymbolKind.Function, detail: list === undefined ? "" : parameters(list, 0) };
}

/** `(a b . rest)`: the names of a parameter list from item `first` on. */
function parameters(list: Form, first: number): string {
  if (list.kind === "symbol") return `(. ${list.name})`;
  if (list.kind !== "list") return "()";
  const names = list.items.slice(first).map(nameOf);
  return `(${[...names, ...(list.tail === null ? [] : [".", nameOf(list.tail)])].join(" ")})`;
}

function nameOf(form: Form): string {
  return form.kind === "symbol" ? form.name : "…";
}

function flat(tree: readonly DocumentSymbol[], uri: string, containerName: string | null): SymbolInformation[] {
  return tree.flatMap(({ name, kind, range, children: inside }) => [
    { name, kind, location: { uri, range }, ...(containerName === null ? {} : { containerName }) },
    ...flat(inside ?? [], uri, name),
  ]);
}
