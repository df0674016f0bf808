/** Diagnostics, pushed: the one feature without a request, which is why it is no row of `index.ts`. */
import {
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type PublishDiagnosticsParams,
} from "vscode-languageserver";
import type { Snapshot } from "../documents.ts";
import { MAX_ANALYSED_LENGTH } from "../documents.ts";
import { textTooLong } from "../errors.ts";

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const;

/** Marks what comes from us among the diagnostics of other tools. */
const SOURCE = "conspect";

export function diagnose(snapshot: Snapshot): PublishDiagnosticsParams {
  return { uri: snapshot.uri, version: snapshot.version, diagnostics: diagnosticsOf(snapshot) };
}

function diagnosticsOf(snapshot: Snapshot): Diagnostic[] {
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
  return snapshot.analysis.diagnostics.map((problem) => ({
    range: snapshot.lines.rangeOf(problem),
    severity: SEVERITIES[problem.severity],
    code: problem.code,
    source: SOURCE,
    message: problem.message,
    ...(problem.code === "unused" ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  }));
}
