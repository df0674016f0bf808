/** The features that the server has. What is announced to the client is derived from these rows, so that it cannot be wrong. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Feature } from "./feature.ts";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "./names/call-hierarchy.ts";
import { completion } from "./names/completion.ts";
import { definition } from "./names/definition.ts";
import { documentSymbols } from "./names/document-symbols.ts";
import { documentHighlights } from "./names/highlight.ts";
import { hover } from "./names/hover.ts";
import { references } from "./names/references.ts";
import { prepareRename, rename } from "./names/rename.ts";
import { signatureHelp } from "./names/signature-help.ts";
import { allSymbols, workspaceSymbolsOf } from "./names/workspace-symbols.ts";
import { ACTION_KINDS, codeActions } from "./problems/code-actions.ts";
import { diagnosticsOf } from "./problems/diagnostics.ts";
import { documentDiagnostic, resultIdOf, workspaceDiagnosticsOf, workspaceReport } from "./problems/pull.ts";
import { codeLenses } from "./running/code-lens.ts";
import { inlayHints } from "./running/inlay-hints.ts";
import { inlineValues } from "./running/inline-values.ts";
import { foldingRanges } from "./text/folding.ts";
import { formatting, ON_TYPE, onTypeFormatting, rangeFormatting } from "./text/formatting.ts";
import { linkedEditingRanges } from "./text/linked-editing.ts";
import { selectionRanges } from "./text/selection.ts";
import { legend, semanticTokens, semanticTokensDelta, semanticTokensRange } from "./text/tokens.ts";

/** A capability stands in the row of the method that it is named after; further methods of it say `{}`. */
export const features: readonly Feature[] = [
  { method: "callHierarchy/incomingCalls", capability: {}, answer: incomingCalls },
  { method: "callHierarchy/outgoingCalls", capability: {}, answer: outgoingCalls },
  {
    method: "textDocument/codeAction",
    capability: { codeActionProvider: { codeActionKinds: ACTION_KINDS } },
    answer: codeActions,
  },
  { method: "textDocument/codeLens", capability: { codeLensProvider: {} }, answer: codeLenses },
  {
    method: "textDocument/completion",
    capability: { completionProvider: { triggerCharacters: ["("] } },
    answer: completion,
  },
  { method: "textDocument/definition", capability: { definitionProvider: true }, answer: definition },
  {
    method: "textDocument/diagnostic",
    capability: {
      diagnosticProvider: { identifier: "conspect", interFileDependencies: false, workspaceDiagnostics: true },
    },
    answer: documentDiagnostic,
  },
  {
    method: "textDocument/documentHighlight",
    capability: { documentHighlightProvider: true },
    answer: documentHighlights,
  },
  { method: "textDocument/documentSymbol", capability: { documentSymbolProvider: true }, answer: documentSymbols },
  { method: "textDocument/foldingRange", capability: { foldingRangeProvider: true }, answer: foldingRanges },
  { method: "textDocument/formatting", capability: { documentFormattingProvider: true }, answer: formatting },
  { method: "textDocument/hover", capability: { hoverProvider: true }, answer: hover },
  { method: "textDocument/inlayHint", capability: { inlayHintProvider: true }, answer: inlayHints },
  { method: "textDocument/inlineValue", capability: { inlineValueProvider: true }, answer: inlineValues },
  {
    method: "textDocument/linkedEditingRange",
    capability: { linkedEditingRangeProvider: true },
    answer: linkedEditingRanges,
  },
  {
    method: "textDocument/onTypeFormatting",
    capability: { documentOnTypeFormattingProvider: { firstTriggerCharacter: ON_TYPE } },
    answer: onTypeFormatting,
  },
  {
    method: "textDocument/prepareCallHierarchy",
    capability: { callHierarchyProvider: true },
    answer: prepareCallHierarchy,
  },
  { method: "textDocument/prepareRename", capability: {}, answer: prepareRename },
  {
    method: "textDocument/rangeFormatting",
    capability: { documentRangeFormattingProvider: true },
    answer: rangeFormatting,
  },
  { method: "textDocument/references", capability: { referencesProvider: true }, answer: references },
  { method: "textDocument/rename", capability: { renameProvider: { prepareProvider: true } }, answer: rename },
  { method: "textDocument/selectionRange", capability: { selectionRangeProvider: true }, answer: selectionRanges },
  {
    method: "textDocument/semanticTokens/full",
    capability: { semanticTokensProvider: { legend, full: { delta: true }, range: true } },
    answer: semanticTokens,
  },
  { method: "textDocument/semanticTokens/full/delta", capability: {}, answer: semanticTokensDelta },
  { method: "textDocument/semanticTokens/range", capability: {}, answer: semanticTokensRange },
  {
    method: "textDocument/signatureHelp",
    capability: { signatureHelpProvider: { triggerCharacters: ["(", " "] } },
    answer: signatureHelp,
  },
  {
    method: "workspace/diagnostic",
    capability: {},
    itemsOf: workspaceDiagnosticsOf,
    keeps: [diagnosticsOf, resultIdOf],
    join: workspaceReport,
  },
  {
    method: "workspace/symbol",
    capability: { workspaceSymbolProvider: true },
    itemsOf: workspaceSymbolsOf,
    keeps: [allSymbols],
    join: (items) => items,
  },
];

export function capabilities(): ServerCapabilities {
  return Object.assign({}, ...features.map((feature) => feature.capability));
}
