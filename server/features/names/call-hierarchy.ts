/** Call hierarchy: who calls a function, and whom it calls. A file is a program of its own, so calls stay within it. */

import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  SymbolKind,
} from "vscode-languageserver";
import { type Binding, bindingCode, calleesOf, callersOf, functionAt } from "#core";
import type { Snapshot } from "../../documents.ts";
import { member } from "../../settings.ts";
import { type FeatureRequest, offsetOf, toOffsets } from "../feature.ts";

/** What calls that stand in no function. */
const TOP_LEVEL = "top level";

export function prepareCallHierarchy(request: FeatureRequest): CallHierarchyItem[] | null {
  const { snapshot } = request;
  const binding = functionAt(snapshot.analysis, offsetOf(request));
  return binding === null ? null : [item(snapshot, binding)];
}

export function incomingCalls(request: FeatureRequest): CallHierarchyIncomingCall[] {
  const { snapshot } = request;
  const binding = askedFor(request);
  if (binding === null) return [];
  return callersOf(snapshot.analysis, binding).map(({ other, places }) => {
    return { from: item(snapshot, other), fromRanges: places.map((place) => snapshot.lines.rangeOf(place)) };
  });
}

export function outgoingCalls(request: FeatureRequest): CallHierarchyOutgoingCall[] {
  const { snapshot } = request;
  const binding = askedFor(request);
  if (binding === null && !isTopLevel(request)) return [];
  return calleesOf(snapshot.analysis, binding).map(({ other, places }) => {
    return { to: item(snapshot, other), fromRanges: places.map((place) => snapshot.lines.rangeOf(place)) };
  });
}

/** @param binding null for the top level */
function item({ uri, lines, text }: Snapshot, binding: Binding | null): CallHierarchyItem {
  if (binding === null) {
    const range = lines.rangeOf({ start: 0, end: text.length });
    return {
      name: TOP_LEVEL,
      kind: SymbolKind.File,
      uri,
      range,
      selectionRange: { start: range.start, end: range.start },
    };
  }
  return {
    name: binding.name,
    kind: SymbolKind.Function,
    detail: bindingCode(binding),
    uri,
    range: lines.rangeOf(binding.range),
    selectionRange: lines.rangeOf(binding.nameRange),
  };
}

/** The function of an item that was handed out before; the text may have changed since, so its name decides. */
function askedFor({ snapshot, params }: FeatureRequest): Binding | null {
  if (isTopLevel({ params })) return null;
  const name = member(params.item, "name");
  const { start } = toOffsets(snapshot, member(params.item, "selectionRange"), "item.selectionRange");
  const named = snapshot.analysis.bindings.filter((binding) => binding.name === name && binding.lambda !== null);
  return named.find((binding) => binding.nameRange.start === start) ?? named[0] ?? null;
}

function isTopLevel({ params }: Pick<FeatureRequest, "params">): boolean {
  return member(params.item, "name") === TOP_LEVEL && member(params.item, "kind") === SymbolKind.File;
}
