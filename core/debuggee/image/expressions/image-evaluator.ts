/** Expressions over an image, dead or running: read from its memory, see `expression.ts`. */
import type { FrameContext, ImageView } from "../../../inspect/image-view.ts";
import type { InspectNode } from "../../../inspect/node.ts";
import { localsScope } from "../../../inspect/scopes/locals.ts";
import { valueNode } from "../../../inspect/values.ts";
import { wordAt } from "../../../language/queries/names/names.ts";
import { read } from "../../../language/reader.ts";
import { findSymbolAnywhere } from "../../../objects/packages.ts";
import { valueCell } from "../../../objects/symbols.ts";
import type { Completion } from "../../evaluation/completion.ts";
import type { Evaluator } from "../../evaluation/evaluator.ts";
import type { EventFields } from "../../event-fields.ts";
import type { EvaluationMode, EvaluationResult } from "../../types.ts";
import { addressIn, maskAddresses } from "../notation.ts";
import { accessorNames } from "./accessors.ts";
import { type Acting, Expression, topLevelValue } from "./expression.ts";
import { symbolsWithPrefix } from "./symbol-names.ts";
import { asPointer, nodeOf } from "./value.ts";

/** Names that one completion offers. */
const MOST_COMPLETIONS = 200;

/** The machine under an evaluator, where there is one. */
export interface Power {
  /** What the console may do; watches and hovers may not. */
  readonly acting: Acting | null;
  /** Why functions of the image are not called. */
  refusal(mode: EvaluationMode): string;
}

export function imageEvaluator(viewOf: () => ImageView, power: Power): Evaluator {
  return {
    evaluate: (text, frame, mode, fields) => evaluate(viewOf(), power, text, frame, mode, fields),
    // Reading is what evaluation does here.
    quickly: () => null,
    lookUp: (name, frame) => lookUp(viewOf(), name, frame),
    // An image defines CAR and its kin, and nobody means anything else by them.
    isOwn: () => false,
    completions: (text, offset, frame) => completionsAt(viewOf(), text, offset, frame),
  };
}

function evaluate(
  view: ImageView,
  power: Power,
  text: string,
  frame: FrameContext | null,
  mode: EvaluationMode,
  fields: EventFields,
): EvaluationResult {
  const name = text.trim();
  const known = fields.size === 0 ? lookUp(view, name, frame) : null;
  if (known !== null) return { kind: "value", node: known, value: known.pointer, output: "" };
  const masked = maskAddresses(text);
  const { forms, diagnostics } = read(masked.text);
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) return { kind: "diagnostics", diagnostics: wrong };
  const [form] = forms;
  if (form === undefined || forms.length > 1) {
    const message = `expected one expression, found ${forms.length}`;
    const place = { start: forms[1]?.start ?? 0, end: text.length };
    return { kind: "diagnostics", diagnostics: [{ ...place, severity: "error", code: "one-expression", message }] };
  }
  const expression = new Expression({
    view,
    frame,
    fields,
    addresses: masked.addresses,
    acting: mode === "act" ? power.acting : null,
    refusal: power.refusal(mode),
  });
  const value = expression.value(form);
  if (value === null)
    return { kind: "diagnostics", diagnostics: expression.problem === null ? [] : [expression.problem] };
  return { kind: "value", node: nodeOf(view, name, value), value: asPointer(value), output: "" };
}

/** A variable of the frame, an address, or a symbol with a top-level value: a node that says where it is stored. */
function lookUp(view: ImageView, name: string, frame: FrameContext | null): InspectNode | null {
  if (!/^[^\s()'`";]+$/.test(name)) return null;
  const address = addressIn(name);
  if (address !== null) return valueNode(view, name, address, { expression: name });
  const locals = frame === null ? [] : localsScope(view, frame).named();
  for (const candidate of [name, name.toUpperCase()]) {
    const local = locals.find((node) => node.name === candidate && node.slot !== null);
    if (local !== undefined) return local;
    const isLiteral =
      candidate === "NIL" || candidate === "T" || candidate.startsWith("#") || !Number.isNaN(Number(candidate));
    const value = isLiteral ? null : topLevelValue(view, candidate);
    const symbol = value === null ? null : findSymbolAnywhere(view.memory, candidate);
    if (value === null || symbol === null) continue;
    const slot = { kind: "heap", address: valueCell(symbol) } as const;
    return valueNode(view, candidate, value, { slot, expression: candidate });
  }
  return null;
}

function completionsAt(
  view: ImageView,
  text: string,
  offset: number,
  frame: FrameContext | null,
): readonly Completion[] {
  const { start, end } = wordAt(text, offset);
  const prefix = text.slice(start, offset);
  const length = end - start;
  const isWanted = (label: string) => label.toLowerCase().startsWith(prefix.toLowerCase());
  const found = new Map<string, Completion>();
  const offer = (rank: number, label: string, detail: string, kind: Completion["kind"]) => {
    if (found.size < MOST_COMPLETIONS && isWanted(label) && !found.has(label)) {
      found.set(label, { label, detail, kind, rank, call: null, start, length });
    }
  };
  for (const { name, value } of frame === null ? [] : localsScope(view, frame).named())
    offer(0, name, value, "variable");
  for (const { name, doc } of accessorNames()) offer(1, name, doc, "function");
  if (prefix !== "") {
    for (const { name, detail, kind } of symbolsWithPrefix(view.memory, prefix, MOST_COMPLETIONS))
      offer(2, name, detail, kind);
  }
  return [...found.values()].sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1));
}
