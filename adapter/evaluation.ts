/** Failed evaluations as text and as errors. */
import type { Diagnostic, EvaluationResult } from "#core";
import type { Context } from "./context.ts";
import { errors, type RequestError } from "./errors.ts";

type Failed = Exclude<EvaluationResult, { kind: "value" }>;

/** What is wrong with an expression, in one line. */
export function problemOf(context: Context, expression: string, result: Failed): string {
  if (result.kind === "failed") return result.message;
  return result.diagnostics.map((diagnostic) => describe(context, expression, diagnostic)).join("; ");
}

export function failure(context: Context, expression: string, result: Failed): RequestError {
  const problem = problemOf(context, expression, result);
  return result.kind === "failed" ? errors.evaluationFailed(problem) : errors.cannotCompile(problem);
}

function describe(context: Context, expression: string, diagnostic: Diagnostic): string {
  const { line, column } = context.positions.positionOfOffset(expression, diagnostic.start);
  return expression.includes("\n")
    ? `line ${line}, column ${column}: ${diagnostic.message}`
    : `column ${column}: ${diagnostic.message}`;
}
