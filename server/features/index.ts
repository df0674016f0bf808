/** The features that the server has. What is announced to the client is derived from these rows, so that it cannot be wrong. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Feature } from "./feature.ts";
import { completion } from "./names/completion.ts";
import { definition } from "./names/definition.ts";
import { hover } from "./names/hover.ts";
import { references } from "./names/references.ts";
import { documentSymbols } from "./names/symbols.ts";
import { foldingRanges } from "./text/folding.ts";
import { legend, semanticTokens } from "./text/tokens.ts";

export const features: readonly Feature[] = [
  {
    method: "textDocument/completion",
    capability: { completionProvider: { triggerCharacters: ["("] } },
    answer: completion,
  },
  { method: "textDocument/definition", capability: { definitionProvider: true }, answer: definition },
  { method: "textDocument/documentSymbol", capability: { documentSymbolProvider: true }, answer: documentSymbols },
  { method: "textDocument/foldingRange", capability: { foldingRangeProvider: true }, answer: foldingRanges },
  { method: "textDocument/hover", capability: { hoverProvider: true }, answer: hover },
  { method: "textDocument/references", capability: { referencesProvider: true }, answer: references },
  {
    method: "textDocument/semanticTokens/full",
    capability: { semanticTokensProvider: { legend, full: true } },
    answer: semanticTokens,
  },
];

export function capabilities(): ServerCapabilities {
  return Object.assign({}, ...features.map((feature) => feature.capability));
}
