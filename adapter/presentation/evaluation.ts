/** Failed evaluations as text and as errors. */
import type { Diagnostic, EvaluationResult } from "#core";
import type { Context } from "../context.ts";
import { errors, type RequestError } from "../errors.ts";

type Failed = Exclude<EvaluationResult, { kind: "value" }>;

/** Problems of one expression that are told, and characters of one. */
const MOST_PROBLEMS = 3;
const LONGEST_PROBLEM = 400;

/** What is wrong with an expression, in one line. */
export function problemOf(context: Context, expression: string, result: Failed): string {
  if (result.kind === "failed") return clipped(result.message);
  const { diagnostics } = result;
  const told = diagnostics.slice(0, MOST_PROBLEMS).map((problem) => clipped(describe(context, expression, problem)));
  if (diagnostics.length > MOST_PROBLEMS) told.push(`and ${diagnostics.length - MOST_PROBLEMS} more`);
  return told.join("; ");
}

function clipped(text: string): string {
  return text.length <= LONGEST_PROBLEM ? text : `${text.slice(0, LONGEST_PROBLEM - 1)}…`;
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
