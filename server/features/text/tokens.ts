/**
 * Semantic tokens: what a name is, which the grammar of an editor cannot know, and what is a comment after all (`#;`).
 * Encoding: five numbers a token, the place relative to the token before; a token never spans lines.
 */

import type { SemanticTokens, SemanticTokensLegend } from "vscode-languageserver";
import { type SemanticToken, type TokenKind, semanticTokens as tokensOf } from "#core";
import type { LineTable } from "../../convert.ts";
import type { FeatureRequest } from "../feature.ts";

const DECLARATION = 1 << 0;
const MODIFICATION = 1 << 1;
const DEFAULT_LIBRARY = 1 << 2;

export const legend: SemanticTokensLegend = {
  tokenTypes: ["keyword", "function", "variable", "parameter", "string", "number", "comment", "enumMember"],
  tokenModifiers: ["declaration", "modification", "defaultLibrary"],
};

/** The nearest names that the protocol has: themes colour an `enumMember` as the constant that `#t` is. */
const TYPES: Readonly<Record<TokenKind, string>> = {
  comment: "comment",
  string: "string",
  number: "number",
  character: "string",
  constant: "enumMember",
  keyword: "keyword",
  function: "function",
  variable: "variable",
  parameter: "parameter",
  builtin: "function",
};

export function semanticTokens({ snapshot }: FeatureRequest): SemanticTokens {
  return { data: encode(snapshot.lines, tokensOf(snapshot.analysis)) };
}

function modifiersOf(token: SemanticToken): number {
  if (token.kind === "builtin") return DEFAULT_LIBRARY;
  return (token.isDefinition ? DECLARATION : 0) | (token.isAssignment ? MODIFICATION : 0);
}

function encode(lines: LineTable, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let lastLine = 0;
  let lastCharacter = 0;
  for (const token of tokens) {
    const type = legend.tokenTypes.indexOf(TYPES[token.kind]);
    const endLine = lines.lineAt(Math.max(token.start, token.end - 1));
    for (let line = lines.lineAt(token.start); line <= endLine; line += 1) {
      const lineStart = lines.startOf(line);
      const from = Math.max(token.start, lineStart);
      const length = Math.min(token.end, lines.endOf(line)) - from;
      if (length <= 0) continue;
      const character = from - lineStart;
      data.push(line - lastLine, line === lastLine ? character - lastCharacter : character, length, type);
      data.push(modifiersOf(token));
      lastLine = line;
      lastCharacter = character;
    }
  }
  return data;
}
