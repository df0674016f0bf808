/** Messages of log points: text with expressions in braces, `count is {(length xs)}`. `\{` and `\}` stand for the braces themselves. */

export type LogPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly text: string };
export type LogMessage = { readonly parts: readonly LogPart[] } | { readonly problem: string };

export function parseLogMessage(message: string): LogMessage {
  const parts: LogPart[] = [];
  let text = "";
  for (let at = 0; at < message.length; at++) {
    const character = message[at];
    const next = message[at + 1];
    if (character === "\\" && (next === "{" || next === "}")) {
      text += next;
      at++;
    } else if (character === "{") {
      const end = closingBrace(message, at);
      if (end < 0) return { problem: `the brace at character ${at + 1} is not closed` };
      const expression = message.slice(at + 1, end).trim();
      if (expression === "") return { problem: `the braces at character ${at + 1} are empty: expected an expression` };
      if (text !== "") parts.push({ kind: "text", text });
      parts.push({ kind: "expression", text: expression });
      text = "";
      at = end;
    } else text += character;
  }
  if (text !== "") parts.push({ kind: "text", text });
  return { parts };
}

/** Braces inside the expression, as in a string, count in pairs. */
function closingBrace(message: string, open: number): number {
  let depth = 0;
  for (let at = open; at < message.length; at++) {
    if (message[at] === "{") depth++;
    else if (message[at] === "}" && --depth === 0) return at;
  }
  return -1;
}
