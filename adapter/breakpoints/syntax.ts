/** Whether a text is an expression at all: conditions are checked when they are set, not when they are reached. */
import { read } from "#core";

/** The first thing that keeps the reader from reading a text as one expression. */
export function syntaxProblem(text: string): string | null {
  const { forms, diagnostics } = read(text);
  const wrong = diagnostics.find((diagnostic) => diagnostic.severity === "error");
  if (wrong !== undefined) return wrong.message;
  if (forms.length !== 1) return `expected one expression, found ${forms.length}`;
  return null;
}
