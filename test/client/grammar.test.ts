import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { BUILTINS } from "../../core/language/builtins.ts";
import { SPECIAL_FORMS } from "../../core/language/special-forms.ts";

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: { readonly [group: string]: { readonly name: string } };
  readonly patterns?: readonly Rule[];
}

const folder = resolve(import.meta.dirname, "../../client");
const readJson = (file: string) => JSON.parse(readFileSync(resolve(folder, file), "utf8"));
const grammar: { readonly repository: { readonly [name: string]: Rule } } = readJson(
  "syntaxes/conspect.tmLanguage.json",
);
const flatten = (rule: Rule): readonly Rule[] => [rule, ...(rule.patterns ?? []).flatMap(flatten)];
const rules = Object.values(grammar.repository).flatMap(flatten);

/** Scopes that the rules of a name give to the groups of their first match in `text`. */
function scopesOf(name: string, text: string): readonly (readonly [string, string])[] {
  for (const rule of flatten(grammar.repository[name] ?? {})) {
    const found = rule.match === undefined ? null : new RegExp(rule.match).exec(text);
    if (found === null) continue;
    if (rule.name !== undefined) return [[rule.name, found[0]]];
    return Object.entries(rule.captures ?? {}).map(([group, { name: scope }]) => [scope, found[Number(group)] ?? ""]);
  }
  return [];
}
/** The first word that a list begins with, as the rules for heads see it. */
const headScope = (text: string): string | undefined => scopesOf("head", text).at(-1)?.[0];

describe("grammar", () => {
  test("has patterns that are regular expressions", () => {
    for (const { match, begin, end } of rules) {
      for (const pattern of [match, begin, end]) expect(() => new RegExp(pattern ?? "")).not.toThrow();
    }
  });

  test("colours every special form of the language, and nothing else, as a keyword", () => {
    for (const name of SPECIAL_FORMS.keys()) {
      const isDefinition = name.startsWith("def");
      const scopes = isDefinition ? scopesOf("definition", `(${name} name 1)`) : scopesOf("head", `(${name} x)`);
      expect(scopes[1], name).toEqual([
        isDefinition ? "keyword.other.definition.conspect" : "keyword.control.conspect",
        name,
      ]);
    }
    for (const name of BUILTINS.keys()) expect(headScope(`(${name} x)`), name).not.toBe("keyword.control.conspect");
    expect(headScope("(letter x)")).toBe("entity.name.function.call.conspect");
  });

  test("sets apart the functions that look at memory", () => {
    const memory = ["gc", "refcount", "address-of", "region", "arena", "free", "peek", "poke"];
    for (const name of memory) {
      expect([...BUILTINS.keys()]).toContain(name);
      expect(headScope(`(${name} x)`), name).toBe("support.function.memory.conspect");
    }
  });

  test.each([
    ["(define (area r) 1)", "entity.name.function.conspect", "area"],
    ["(define limit 10)", "variable.other.definition.conspect", "limit"],
    ["(defun area (r) 1)", "entity.name.function.conspect", "area"],
    ["(define-type point x y)", "entity.name.type.conspect", "point"],
  ])("finds the name in %s", (text, scope, name) => {
    expect(scopesOf("definition", text).at(-1)).toEqual([scope, name]);
  });

  test.each([
    ["#xFF", "constant.numeric.hex.conspect"],
    ["#o17", "constant.numeric.radix.conspect"],
    ["-12", "constant.numeric.integer.conspect"],
    ["1.5e-3", "constant.numeric.float.conspect"],
    [".5", "constant.numeric.float.conspect"],
    ["1e3", "constant.numeric.float.conspect"],
  ])("colours %s as a number, and no part of a name", (text, scope) => {
    expect(scopesOf("number", `(f ${text})`)).toEqual([[scope, text]]);
    expect(scopesOf("number", `(a${text}b)`)).toEqual([]);
  });
  test("leaves 1+ a name", () => {
    expect(scopesOf("number", "(1+ x)")).toEqual([]);
  });
});

describe("indentation", () => {
  const { indentationRules } = readJson("language-configuration.json");
  const indents = (line: string): boolean => new RegExp(indentationRules.increaseIndentPattern).test(line);

  test.each(["(define (f x)", "(let ((a 1)", "  (if (< a (g b)) ; why", "(begin"])("grows after %s", (line) => {
    expect(indents(line)).toBe(true);
  });
  test.each(["(f x)", "(define (f x) (g x))", "; (comment", "x", ""])("stays after %s", (line) => {
    expect(indents(line)).toBe(false);
  });
});
