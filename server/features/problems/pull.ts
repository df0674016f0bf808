/**
 * Diagnostics for clients that ask: for one document, or for all files of the workspace. The identifier of a result follows from its
 * content, so that a client that has it already is told so, also after an edit that changed nothing about it.
 */
import { createHash } from "node:crypto";
import {
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { Snapshot } from "../../documents.ts";
import { member } from "../../settings.ts";
import type { FeatureRequest, WorkspaceRequest } from "../feature.ts";
import { diagnosticsOf } from "./diagnostics.ts";

/** Characters of an identifier. */
const ID_LENGTH = 16;

export function documentDiagnostic({ snapshot, params }: FeatureRequest): DocumentDiagnosticReport {
  return report(snapshot, params.previousResultId);
}

export function workspaceDiagnosticsOf(
  snapshot: Snapshot,
  { params, isOpen }: WorkspaceRequest,
): readonly WorkspaceDocumentDiagnosticReport[] {
  const { uri, version } = snapshot;
  const known = Array.isArray(params.previousResultIds) ? params.previousResultIds : [];
  const previous = known.find((entry: unknown) => member(entry, "uri") === uri);
  return [{ uri, version: isOpen(uri) ? version : null, ...report(snapshot, member(previous, "value")) }];
}

export function workspaceReport(items: readonly unknown[]): WorkspaceDiagnosticReport {
  return { items: items as WorkspaceDocumentDiagnosticReport[] };
}

function report(snapshot: Snapshot, previousResultId: unknown): DocumentDiagnosticReport {
  const items = [...snapshot.once(diagnosticsOf)];
  const resultId = snapshot.once(resultIdOf);
  return resultId === previousResultId
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
}

/** For `Snapshot.once`. */
export function resultIdOf(snapshot: Snapshot): string {
  const content = JSON.stringify(snapshot.once(diagnosticsOf));
  return createHash("sha256").update(content).digest("hex").slice(0, ID_LENGTH);
}
