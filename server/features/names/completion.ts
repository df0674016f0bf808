/** Completion: the names that can be used at the cursor. The client filters by what is typed on. */

import { type CompletionItem, CompletionItemKind, InsertTextFormat, type Range } from "vscode-languageserver";
import { completions, isCodeAt, type CompletionItem as Name, SPECIAL_FORMS, wordAt } from "#core";
import { type ClientTraits, type FeatureRequest, offsetOf } from "../feature.ts";
import { markup } from "../markup.ts";

const KINDS = {
  function: CompletionItemKind.Function,
  macro: CompletionItemKind.Function,
  builtin: CompletionItemKind.Function,
  variable: CompletionItemKind.Variable,
  parameter: CompletionItemKind.Variable,
  local: CompletionItemKind.Variable,
  "special-form": CompletionItemKind.Keyword,
} as const;

/** How special forms are written, without the outer brackets. `<name>` is a placeholder; the cursor ends at `$0`, or behind the last one. */
const TEMPLATES: ReadonlyMap<string, string> = new Map([
  ["define", "define (<name> <parameter>)\n\t$0"],
  ["defun", "defun <name> (<parameter>)\n\t$0"],
  ["defmacro", "defmacro <name> (<parameter>)\n\t$0"],
  ["defmicro", "defmicro <name> (<parameter>)\n\t$0"],
  ["define-type", "define-type <name> <field>"],
  ["lambda", "lambda (<parameter>)\n\t$0"],
  ["let", "let ((<name> <value>))\n\t$0"],
  ["let*", "let* ((<name> <value>))\n\t$0"],
  ["letrec", "letrec ((<name> <value>))\n\t$0"],
  ["set!", "set! <name> <value>"],
  ["set", "set <name> <value>"],
  ["setq", "setq <name> <value>"],
  ["if", "if <test>\n\t<then>\n\t<else>"],
  ["cond", "cond (<test> <value>)\n\t(else $0)"],
  ["case", "case <key>\n\t((<datum>) <value>)\n\t(else $0)"],
  ["when", "when <test>\n\t$0"],
  ["unless", "unless <test>\n\t$0"],
  ["and", "and <form>"],
  ["or", "or <form>"],
  ["begin", "begin\n\t$0"],
  ["do", "do\n\t$0"],
  ["progn", "progn\n\t$0"],
  ["while", "while <test>\n\t$0"],
  ["for", "for (<name> <from> <to>)\n\t$0"],
  ["break", "break"],
  ["continue", "continue"],
  ["with-arena", "with-arena\n\t$0"],
  ["with-region", "with-region <name>\n\t$0"],
  ["quote", "quote <datum>"],
  ["quasiquote", "quasiquote <template>"],
]);

/** In the snippet syntax of the protocol; where no template is given, made from how the form is written. */
export const SNIPPETS: ReadonlyMap<string, string> = new Map(
  [...SPECIAL_FORMS.values()].map(({ name, syntax }) => {
    let count = 0;
    const template = TEMPLATES.get(name) ?? templateOf(syntax);
    return [name, template.replace(/<([\w-]+)>/g, (_, hint: string) => `\${${++count}:${hint}}`)];
  }),
);

/** `(with-region name body …)` has the template `with-region <name>\n\t$0`. */
function templateOf(syntax: string): string {
  const [name = "", ...rest] = (syntax.split(" or ")[0] ?? "").replace(/ …/g, "").slice(1, -1).split(" ");
  const template = [name, ...rest.map((word) => word.replace(/[\w-]+/g, "<$&>"))].join(" ");
  return template.replace(/ <(?:body|form)>$/, "\n\t$$0");
}

/** Where a completion is asked for. */
interface Place {
  readonly client: ClientTraits;
  /** What has been typed of the name; the completion replaces it. */
  readonly range: Range;
  /** The name is the first thing in a list. */
  readonly isHead: boolean;
}

export function completion(request: FeatureRequest): CompletionItem[] {
  const { snapshot, client } = request;
  const { text, analysis, lines } = snapshot;
  const offset = offsetOf(request);
  const { start } = wordAt(text, offset);
  // A number or `#t` is no name.
  if (!isCodeAt(analysis, offset) || /^[+-]?[0-9#]/.test(text.slice(start, offset))) return [];
  const isHead = text.charAt(start - 1) === "(";
  const place = { client, range: lines.rangeOf({ start, end: offset }), isHead };
  return completions(analysis, offset).map((name, order) => item(place, name, order));
}

/** Sorted as the core sorts: what is near comes first. */
function item(place: Place, name: Name, order: number): CompletionItem {
  const snippet = name.kind === "special-form" && place.client.takesSnippets ? SNIPPETS.get(name.name) : undefined;
  return {
    label: name.name,
    kind: KINDS[name.kind],
    detail: name.detail,
    documentation: markup(place.client, null, name.doc),
    sortText: String(order).padStart(6, "0"),
    ...(snippet === undefined ? {} : { insertTextFormat: InsertTextFormat.Snippet }),
    textEdit: { range: place.range, newText: snippet === undefined ? name.name : inBrackets(snippet, place) },
  };
}

/** The opening bracket is there when the name is the head of a list; its closing one is then the editor's business. */
function inBrackets(snippet: string, place: Place): string {
  return place.isHead ? snippet : `(${snippet})`;
}
