/**
 * Diagnostics: those of the compiler, so that a program without errors here is one that starts. Pushed to clients that do not ask for
 * them, which is no row of `index.ts`; for others see `pull.ts`.
 */

import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type PublishDiagnosticsParams,
} from "vscode-languageserver";
import { compileAnalysis, lifetimeProblems, type Diagnostic as Problem } from "#core";
import type { Snapshot } from "../../documents.ts";
import { MAX_ANALYSED_LENGTH } from "../../documents.ts";
import { textTooLong, tooManyProblems } from "../../errors.ts";
import { lifetimesIn } from "../../lifetimes.ts";

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const;

/** A text that is no program at all has a problem a word, and no client wants to show them. */
const MAX_SHOWN = 500;

/**
 * Compiling takes some milliseconds for every thousand characters. Longer texts than this are only analysed while somebody types; what
 * compiling alone finds, functions that are too long for the machine, shows when they are started.
 */
const MAX_COMPILED_LENGTH = 200_000;

/** What is there for nothing, and is shown faded. */
const UNNECESSARY: ReadonlySet<string> = new Set(["unused", "unused-allocation"]);

/** Marks what comes from us among the diagnostics of other tools. */
const SOURCE = "conspect";

export function publishedDiagnostics(snapshot: Snapshot): PublishDiagnosticsParams {
  const { uri, version } = snapshot;
  return { uri, version, diagnostics: [...snapshot.once(diagnosticsOf)] };
}

/** Of one version, as the protocol has them. For `Snapshot.once`. */
export function diagnosticsOf(snapshot: Snapshot): readonly Diagnostic[] {
  if (snapshot.isTooLong) {
    return [
      {
        range: snapshot.lines.rangeOf({ start: 0, end: 0 }),
        severity: DiagnosticSeverity.Warning,
        code: "text-too-long",
        source: SOURCE,
        message: textTooLong(snapshot.text.length, MAX_ANALYSED_LENGTH),
      },
    ];
  }
  const problems = snapshot.once(problemsOf);
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => inProtocol(snapshot, problem));
  const next = problems[MAX_SHOWN];
  return next === undefined ? shown : [...shown, furtherProblems(snapshot, next, problems.length - MAX_SHOWN)];
}

/** Everything that is wrong with one version. For `Snapshot.once`. */
export function problemsOf(snapshot: Snapshot): readonly Problem[] {
  const { analysis, uri, text } = snapshot;
  if (text.length > MAX_COMPILED_LENGTH) return analysis.diagnostics;
  const { program, diagnostics } = compileAnalysis(analysis, uri);
  const facts = program === null ? null : lifetimesIn(snapshot);
  return facts === null ? diagnostics : [...diagnostics, ...lifetimeProblems(facts)].sort((a, b) => a.start - b.start);
}

export function inProtocol(snapshot: Snapshot, problem: Problem): Diagnostic {
  return {
    range: snapshot.lines.rangeOf(problem),
    severity: SEVERITIES[problem.severity],
    code: problem.code,
    source: SOURCE,
    message: problem.message,
    ...(UNNECESSARY.has(problem.code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(problem.related === undefined ? {} : { relatedInformation: problem.related.map(related(snapshot)) }),
  };
}

function related({ uri, lines }: Snapshot) {
  return ({ text, range }: NonNullable<Problem["related"]>[number]): DiagnosticRelatedInformation => {
    return { location: { uri, range: lines.rangeOf(range) }, message: text };
  };
}

function furtherProblems(snapshot: Snapshot, next: Problem, count: number): Diagnostic {
  return {
    range: snapshot.lines.rangeOf(next),
    severity: DiagnosticSeverity.Warning,
    code: "too-many-problems",
    source: SOURCE,
    message: tooManyProblems(count),
  };
}
