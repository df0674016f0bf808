/** What every piece of a text means, for colouring. */
import type { Analysis, Binding, Reference } from "../../analysis/tree.ts";
import type { Form, Range } from "../../forms.ts";
import { standsThere } from "../names/names.ts";
import { everyForm } from "./forms-at.ts";

export type TokenKind =
  | "comment"
  | "string"
  | "number"
  | "character"
  | "constant"
  | "keyword"
  | "function"
  | "variable"
  | "parameter"
  | "builtin";

export interface SemanticToken extends Range {
  readonly kind: TokenKind;
  readonly isDefinition: boolean;
  readonly isAssignment: boolean;
}

/** Every token that has a meaning of its own, in order of its place, without overlap. Quoted and unknown names have none. */
export function semanticTokens(analysis: Analysis): readonly SemanticToken[] {
  const tokens = [
    ...analysis.comments.map((comment) => token(comment, "comment")),
    ...analysis.keywords.map((keyword) => token(keyword, "keyword")),
    ...analysis.bindings
      .filter((binding) => standsThere(analysis.text, binding))
      .map((binding) => ({ ...token(binding.nameRange, bindingToken(binding)), isDefinition: true })),
    ...analysis.references.map((reference) => {
      return { ...token(reference, referenceToken(reference)), isAssignment: reference.use === "assign" };
    }),
  ];
  everyForm(analysis.forms, (form) => {
    const kind = literalToken(form);
    if (kind !== null) tokens.push(token(form, kind));
  });
  tokens.sort((a, b) => a.start - b.start);
  return tokens.filter((found, i) => i === 0 || found.start >= (tokens[i - 1] as SemanticToken).end);
}

function token({ start, end }: Range, kind: TokenKind): SemanticToken {
  return { start, end, kind, isDefinition: false, isAssignment: false };
}

function literalToken(form: Form): TokenKind | null {
  switch (form.kind) {
    case "string":
    case "character":
    case "constant":
      return form.kind;
    case "integer":
    case "float":
      return "number";
    default:
      return null;
  }
}

function bindingToken(binding: Binding): TokenKind {
  if (binding.kind === "function" || binding.kind === "macro") return "function";
  return binding.kind === "parameter" ? "parameter" : "variable";
}

function referenceToken(reference: Reference): TokenKind {
  const { target } = reference;
  if (target === null) return reference.use === "call" ? "function" : "variable";
  return "nameRange" in target ? bindingToken(target) : "builtin";
}
