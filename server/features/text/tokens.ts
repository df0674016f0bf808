/**
 * Semantic tokens: what a name is, which the grammar of an editor cannot know, and what is a comment after all (`#;`).
 * Encoding: five numbers a token, the place relative to the token before; a token never spans lines.
 */

import type {
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensEdit,
  SemanticTokensLegend,
} from "vscode-languageserver";
import { type SemanticToken, type TokenKind, semanticTokens as tokensOf } from "#core";
import type { LineTable } from "../../convert.ts";
import type { Snapshot } from "../../documents.ts";
import { type FeatureRequest, rangeOf } from "../feature.ts";

/** Numbers that a token is encoded in. */
const TOKEN_NUMBERS = 5;
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

/** All tokens. The client may then ask for what changed since. */
export function semanticTokens({ snapshot }: FeatureRequest): SemanticTokens {
  const data = encode(snapshot.lines, snapshot.once(tokensIn));
  return remembered(snapshot, data);
}

/** What changed since the tokens that the client has; all tokens when those are not known here. One edit: the part that differs. */
export function semanticTokensDelta({ snapshot, params }: FeatureRequest): SemanticTokens | SemanticTokensDelta {
  const before = snapshot.session.tokens;
  const data = encode(snapshot.lines, snapshot.once(tokensIn));
  const { resultId } = remembered(snapshot, data);
  if (before === null || before.resultId !== params.previousResultId) return { resultId, data };
  return { resultId, edits: difference(before.data, data) };
}

/** The tokens of some lines. */
export function semanticTokensRange(request: FeatureRequest): SemanticTokens {
  const { snapshot } = request;
  const { start, end } = rangeOf(request);
  const tokens = snapshot.once(tokensIn).filter((token) => token.end > start && token.start < end);
  return { data: encode(snapshot.lines, tokens) };
}

function tokensIn(snapshot: Snapshot): readonly SemanticToken[] {
  return tokensOf(snapshot.analysis);
}

function remembered({ session, version }: Snapshot, data: number[]): SemanticTokens & { resultId: string } {
  const resultId = `${version}`;
  session.tokens = { resultId, data };
  return { resultId, data };
}

/** What stands between the common beginning and the common end of two lists, in whole tokens. */
function difference(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  start -= start % TOKEN_NUMBERS;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  same -= same % TOKEN_NUMBERS;
  const deleteCount = before.length - same - start;
  const data = after.slice(start, after.length - same);
  return deleteCount === 0 && data.length === 0 ? [] : [{ start, deleteCount, data }];
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
