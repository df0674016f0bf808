/** Documentation in the format that the client takes. */
import { type MarkupContent, MarkupKind } from "vscode-languageserver";
import type { Explanation } from "#core";
import type { Snapshot } from "../documents.ts";
import type { ClientTraits } from "./feature.ts";

/** As clients know the language; it colours code in Markdown. */
const LANGUAGE_ID = "conspect";

/** @param code Lisp, shown as such above the text; null when there is only text */
export function markup(client: ClientTraits, code: string | null, text: string): MarkupContent {
  const kind = client.takesMarkdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  if (code === null) return { kind, value: text };
  return { kind, value: `${client.takesMarkdown ? fenced(code) : code}\n\n${text}` };
}

/** A text with the chain of what makes it so, each step with its place in the document. */
export function reasoned(
  client: ClientTraits,
  snapshot: Snapshot,
  text: string,
  because: Explanation["because"],
): MarkupContent {
  const steps = because.map((reason) => `- ${reason.text} (${place(client, snapshot, reason.range.start)})`);
  return markup(client, null, [text, ...(steps.length === 0 ? [] : ["", "Why:", "", ...steps])].join("\n"));
}

function place(client: ClientTraits, { uri, lines }: Snapshot, offset: number): string {
  const { line, character } = lines.positionAt(offset);
  const name = `line ${line + 1}`;
  return client.takesMarkdown ? `[${name}](${uri}#L${line + 1},${character + 1})` : name;
}

/** The fence is longer than any run of backquotes in the code. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${LANGUAGE_ID}\n${code}\n${fence}`;
}
