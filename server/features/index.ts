/** The features that the server has. What is announced to the client is derived from these rows, so that it cannot be wrong. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Feature } from "./feature.ts";
import { foldingRanges } from "./folding.ts";
import { documentSymbols } from "./symbols.ts";

export const features: readonly Feature[] = [
  {
    method: "textDocument/documentSymbol",
    capability: { documentSymbolProvider: true },
    answer: documentSymbols,
  },
  {
    method: "textDocument/foldingRange",
    capability: { foldingRangeProvider: true },
    answer: foldingRanges,
  },
];

export function capabilities(): ServerCapabilities {
  return Object.assign({}, ...features.map((feature) => feature.capability));
}
