/** What can be done about a diagnostic, as changes of the text; and what can be done with a form that is in order. */
import { nearestName } from "../analysis/nearest-name.ts";
import type { Analysis, Binding, Scope } from "../analysis/tree.ts";
import { BUILTINS } from "../builtins.ts";
import type { TextChange } from "../format/layout.ts";
import type { Diagnostic, Form, Range } from "../forms.ts";
import { SPECIAL_FORMS } from "../special-forms.ts";
import { enclosingForms, formWithRange, partsOf } from "./forms/forms-at.ts";
import { scopeAt } from "./names/names.ts";

/** One way to change the text. */
export interface Fix {
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** It is what most people want. */
  readonly isPreferred: boolean;
}

type Fixer = (analysis: Analysis, problem: Diagnostic) => readonly Fix[];

const FIXERS: ReadonlyMap<string, Fixer> = new Map<string, Fixer>([
  ["unbound-variable", unbound],
  ["unbound-function", unbound],
  ["unused", unused],
  ["cycle", makeWeak],
  ["use-after-free", moveFree],
  ["double-free", (analysis, problem) => [fix("Remove this free", [removing(analysis.text, problem)], true)]],
  [
    "unused-allocation",
    (analysis, problem) => [fix("Remove the allocation", [removing(analysis.text, problem)], false)],
  ],
  ["arena-escape", widenArena],
  ["region-violation", widenArena],
  ["unclosed-list", unclosed],
  ["extra-bracket", (_, problem) => [fix("Remove this bracket", [replacing(problem, "")], true)]],
  ["bad-bracket", badBracket],
  ["not-a-function", (_, problem) => [fix("Quote the list", [inserting(problem.start, "'")], true)]],
]);

/** The ways to fix a diagnostic, the best first; none when only its author can know. */
export function fixesFor(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  return FIXERS.get(problem.code)?.(analysis, problem) ?? [];
}

/** Ways to put something around the form that a range covers exactly. */
export function wrappings(analysis: Analysis, range: Range): readonly Fix[] {
  if (range.start === range.end || formWithRange(analysis.forms, range) === null) return [];
  const around = (title: string, before: string, after: string) => {
    return fix(title, [inserting(range.start, before), inserting(range.end, after)], false);
  };
  return [
    around("Wrap in (begin …)", "(begin ", ")"),
    around("Wrap in (let …)", "(let ((value ", ")) value)"),
    around("Wrap in (when …)", "(when #t ", ")"),
  ];
}

function fix(title: string, changes: readonly TextChange[], isPreferred: boolean): Fix {
  return { title, changes, isPreferred };
}
function replacing({ start, end }: Range, newText: string): TextChange {
  return { start, end, newText };
}
function inserting(offset: number, newText: string): TextChange {
  return { start: offset, end: offset, newText };
}

function unbound(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const name = analysis.text.slice(problem.start, problem.end);
  const near = nearestName(name, visibleNames(analysis, problem.start));
  const replace = near === null ? [] : [fix(`Replace by ${near}`, [replacing(problem, near)], true)];
  return [...replace, definition(analysis, problem, name)];
}

function visibleNames(analysis: Analysis, offset: number): readonly string[] {
  const names: string[] = [];
  for (let scope: Scope | null = scopeAt(analysis, offset); scope !== null; scope = scope.parent) {
    names.push(...scope.bindings.map((binding) => binding.name));
  }
  const globals = analysis.bindings.filter((binding) => binding.isGlobal).map((binding) => binding.name);
  return [...names, ...globals, ...BUILTINS.keys(), ...SPECIAL_FORMS.keys()];
}

/** A definition above the top-level form that the name stands in. */
function definition(analysis: Analysis, problem: Diagnostic, name: string): Fix {
  const around = enclosingForms(analysis.forms, problem.start);
  const top = around.at(-1)?.start ?? problem.start;
  const call = around.find((form) => form.kind === "list" && form.items[0]?.start === problem.start);
  if (problem.code === "unbound-variable" || call?.kind !== "list") {
    return fix(`Define the variable ${name}`, [inserting(top, `(define ${name} nil)\n`)], false);
  }
  const parameters = parameterNames(call.items.slice(1));
  const head = [name, ...parameters].join(" ");
  return fix(`Define the function (${head})`, [inserting(top, `(define (${head})\n  nil)\n`)], false);
}

/** Arguments that are names lend theirs to the parameters. */
function parameterNames(items: readonly Form[]): readonly string[] {
  const names: string[] = [];
  for (const [i, item] of items.entries()) {
    const isFree = item.kind === "symbol" && !names.includes(item.name) && !BUILTINS.has(item.name);
    names.push(isFree ? item.name : `arg${i + 1}`);
  }
  return names;
}

function unused(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const binding = analysis.bindings.find(({ nameRange }) => nameRange.start === problem.start);
  if (binding === undefined) return [];
  const renamed = [binding.nameRange, ...binding.references].map(({ start }) => inserting(start, "_"));
  const rename = fix(`Rename to _${binding.name}: not used on purpose`, renamed, false);
  return isRemovable(analysis, binding)
    ? [fix(`Remove ${binding.name}`, [removing(analysis.text, binding.range)], true), rename]
    : [rename];
}

/** Computing its value does nothing else, and nothing assigns it. */
function isRemovable(analysis: Analysis, binding: Binding): boolean {
  const form = formWithRange(analysis.forms, binding.range);
  if (binding.references.length > 0 || form === null) return false;
  if (form.kind === "symbol") return true;
  if (form.kind !== "list") return false;
  const place = form.items.findIndex((item) => item.start === binding.nameRange.start);
  // `(name value)` or `(define name value)`; the header of a `for` has more.
  return place >= 0 && form.items.length <= place + 2 && form.items.slice(place + 1).every(isWithoutEffect);
}

function isWithoutEffect(form: Form): boolean {
  if (form.kind !== "list") return form.kind !== "quasiquote";
  const head = form.items[0];
  return head === undefined || (head.kind === "symbol" && (head.name === "lambda" || head.name === "quote"));
}

/** A form, with the white space before it or, for the first of a list, behind it. */
function removing(text: string, { start, end }: Range): TextChange {
  const before = /[ \t\r\n]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const isFirst = text.charAt(start - before - 1) === "(";
  const behind = isFirst ? (/^[ \t\r\n]*/.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return { start: start - before, end: end + behind, newText: "" };
}

function unclosed(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const form = enclosingForms(analysis.forms, problem.start).find(({ start }) => start === problem.start);
  if (form === undefined) return [];
  const brackets = ")".repeat(openLists(form));
  return [fix(`Add ${brackets}`, [inserting(form.end, brackets)], true)];
}

/** Lists of a form that are not closed: it and, at its end, those inside. */
function openLists(form: Form): number {
  const own = (form.kind === "list" || form.kind === "vector") && !form.isClosed ? 1 : 0;
  const last = partsOf(form).at(-1);
  return own + (last === undefined ? 0 : openLists(last));
}

function badBracket(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const isOpening = /[[{]/.test(analysis.text.charAt(problem.start));
  const bracket = isOpening ? "(" : ")";
  return [fix(`Write ${bracket}`, [replacing(problem, bracket)], true)];
}

/** The `free` goes behind the form that uses the object last, where that is one of the same body. */
function moveFree(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const freed = problem.related?.[0]?.range;
  if (freed === undefined) return [];
  const remove = fix("Remove the free", [removing(analysis.text, freed)], false);
  const body = enclosingForms(analysis.forms, freed.start).find(
    (form) => form.start < freed.start && freed.end <= form.end,
  );
  const items = body === undefined ? analysis.forms : partsOf(body);
  const name = analysis.text.slice(problem.start, problem.end);
  const last = items.filter((item) => item.start > freed.end && usesName(analysis, item, name)).at(-1);
  // Behind the last form of a body its value would be lost.
  const isValue = body !== undefined && last === items.at(-1);
  if (last === undefined || isValue) return [remove];
  const indent = /[^\n]*$/.exec(analysis.text.slice(0, last.start))?.[0].replace(/\S/g, " ") ?? "";
  const moved = `\n${indent}${analysis.text.slice(freed.start, freed.end)}`;
  return [
    fix("Move the free behind the last use", [removing(analysis.text, freed), inserting(last.end, moved)], true),
    remove,
  ];
}

function usesName(analysis: Analysis, { start, end }: Range, name: string): boolean {
  return analysis.references.some((one) => one.name === name && one.start >= start && one.end <= end);
}

/** The arena takes in the form around it, with what it did for the form itself taken away. */
function widenArena(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const around = enclosingForms(analysis.forms, problem.start);
  const index = around.findIndex((form) => form.kind === "list" && ARENAS.has(headName(form)) && form.isClosed);
  const arena = around[index];
  const outer = around.slice(index + 1).find((form) => form.kind === "list" && !isClause(analysis, form));
  if (arena?.kind !== "list" || outer === undefined || headName(outer).startsWith("def")) return [];
  const first = arena.items[headName(arena) === "with-region" ? 2 : 1];
  if (first === undefined) return [];
  const head = analysis.text.slice(arena.start, first.start);
  const isOne = arena.items.at(-1) === first;
  const changes = [
    inserting(outer.start, head),
    { start: arena.start, end: first.start, newText: isOne ? "" : "(begin " },
    { start: arena.end - 1, end: arena.end, newText: isOne ? "" : ")" },
    inserting(outer.end, ")"),
  ];
  return [fix("Widen the arena to the form around it", changes, true)];
}

const ARENAS: ReadonlySet<string> = new Set(["with-arena", "with-region"]);

function headName(form: Form): string {
  const head = form.kind === "list" ? form.items[0] : undefined;
  return head?.kind === "symbol" ? head.name : "";
}

/** A list that is no form of its own: a binding, a clause, a list of names. */
function isClause(analysis: Analysis, form: Form): boolean {
  const head = form.kind === "list" ? form.items[0] : undefined;
  if (head?.kind !== "symbol") return true;
  const isKeyword = analysis.keywords.some(({ start }) => start === head.start);
  return !isKeyword && !analysis.references.some(({ start, use }) => start === head.start && use === "call");
}

/** Where a field that keeps what it holds closes a cycle: the mark goes to its declaration. */
function makeWeak(analysis: Analysis, problem: Diagnostic): readonly Fix[] {
  const form = formWithRange(analysis.forms, problem);
  const head = form?.kind === "list" ? form.items[0] : undefined;
  const target = analysis.references.find(({ start }) => start === head?.start)?.target;
  const field = target != null && "member" in target ? target.member?.field : null;
  if (field == null || field.isWeak) return [];
  return [fix(`Make the field ${field.name} weak`, [replacing(field.range, `(${field.name} weak)`)], true)];
}
