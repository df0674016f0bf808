/**
 * What a source text means once names are resolved and special forms are taken apart: the compiler's input, and through
 * `Analysis` the language server's. Nothing is written on the reader's forms; every expression remembers the range that it comes from.
 */
import type { Datum } from "../../isa/code-block.ts";
import type { Builtin } from "../builtins.ts";
import type { Comment, Diagnostic, Form, Range } from "../forms.ts";
import type { Expansion, Macro } from "./macros/expander.ts";
import type { RecordMember, RecordType } from "./records.ts";

export type BindingKind = "function" | "variable" | "parameter" | "local" | "macro";

/** How many arguments a function takes; `most` is null when there is no limit. */
export interface Arity {
  readonly least: number;
  readonly most: number | null;
}

/** One occurrence of a name that means a binding or something built in. */
export interface Reference extends Range {
  readonly name: string;
  readonly target: Binding | Builtin | null;
  readonly use: "call" | "value" | "assign";
}

/**
 * Where control goes on after an expression. Two expressions with the same continuation follow each other in no way:
 * a call there can become a jump. Compared by identity.
 */
export interface Continuation {
  /** The function that returns with the value, or null when the value is used inside a function. */
  readonly returnsFrom: Lambda | null;
}

/** A use of a local binding, as the planner needs it. */
export interface Use {
  readonly kind: "call" | "value" | "assign";
  readonly lambda: Lambda;
  readonly continuation: Continuation;
  /** The value of the binding has not been computed when this runs first. */
  readonly isEarly: boolean;
}

/** A name with a meaning: global or local variable, parameter, function. */
export interface Binding {
  readonly id: number;
  readonly name: string;
  readonly kind: BindingKind;
  /** The name where it is defined. */
  readonly nameRange: Range;
  /** The text at `nameRange` is the name. False for what comes with a type, or from a macro: there stands what it is made from. */
  readonly isWritten: boolean;
  /** What it does when it is a function that comes with a type. */
  readonly member: RecordMember | null;
  /** What it stands for when it is a macro. */
  readonly macro: Macro | null;
  /** The whole form that defines it. */
  readonly range: Range;
  readonly isGlobal: boolean;
  /** The function whose body declares it; the top level for globals. */
  readonly owner: Lambda;
  /** The function that is its value for as long as nobody assigns it. */
  readonly lambda: Lambda | null;
  readonly isAssigned: boolean;
  /** Index of the top-level form that defines a global; -1 for locals. */
  readonly formIndex: number;
  readonly references: readonly Reference[];
  readonly uses: readonly Use[];
}

export interface Lambda {
  readonly id: number;
  readonly name: string;
  readonly range: Range;
  readonly parameters: readonly Binding[];
  /** Number of parameters that take one argument each; a rest parameter comes after them. */
  readonly required: number;
  readonly hasRest: boolean;
  /** Defined by `defmicro`: its body takes the place of its calls, where it can. */
  readonly isMicro: boolean;
  readonly body: Expression;
  /** The function around it; null for the top level. */
  readonly parent: Lambda | null;
  readonly continuation: Continuation;
}

/** A place that `break` leaves, and where `continue` goes on. */
export interface Loop {
  readonly id: number;
}

interface At {
  /** The form that this expression is the meaning of. */
  readonly range: Range;
}

export type Expression = At &
  (
    | { readonly kind: "constant"; readonly datum: Datum }
    | { readonly kind: "local"; readonly binding: Binding }
    | GlobalExpression
    /** Something built in as a value: the library function of that name. */
    | { readonly kind: "builtin"; readonly builtin: Builtin }
    | { readonly kind: "set-local"; readonly binding: Binding; readonly value: Expression }
    | { readonly kind: "set-global"; readonly name: string; readonly value: Expression }
    | { readonly kind: "define-global"; readonly binding: Binding; readonly value: Expression }
    | {
        readonly kind: "if";
        readonly test: Expression;
        readonly consequent: Expression;
        readonly alternative: Expression;
      }
    | { readonly kind: "cond"; readonly clauses: readonly CondClause[] }
    | { readonly kind: "case"; readonly key: Expression; readonly clauses: readonly CaseClause[] }
    | { readonly kind: "and" | "or"; readonly items: readonly Expression[] }
    | { readonly kind: "sequence"; readonly items: readonly Expression[] }
    /** `let`, `let*`: each value is computed and bound in order; the body sees all. */
    | {
        readonly kind: "bind";
        readonly bindings: readonly Binding[];
        readonly values: readonly Expression[];
        readonly body: Expression;
      }
    /** `letrec`, named `let`, definitions in a body: all names are visible throughout, `define-local` gives them their values. */
    | {
        readonly kind: "block";
        readonly bindings: readonly Binding[];
        readonly body: Expression;
        readonly continuation: Continuation;
      }
    | { readonly kind: "define-local"; readonly binding: Binding; readonly value: Expression }
    | { readonly kind: "while"; readonly loop: Loop; readonly test: Expression; readonly body: Expression }
    | {
        readonly kind: "for";
        readonly loop: Loop;
        readonly binding: Binding;
        readonly from: Expression;
        readonly to: Expression;
        /** Evaluated once, before the first turn; null: 1. */
        readonly step: Expression | null;
        readonly body: Expression;
      }
    | { readonly kind: "break" | "continue"; readonly loop: Loop }
    /** `with-arena`, `with-region`: what the body allocates goes when it ends; its value leaves. */
    | {
        readonly kind: "arena";
        /** Name of a region; null for an arena. */
        readonly region: string | null;
        readonly body: Expression;
      }
    | { readonly kind: "lambda"; readonly lambda: Lambda }
    | {
        readonly kind: "call";
        readonly callee: Expression;
        readonly items: readonly Expression[];
        readonly continuation: Continuation;
      }
    /** Call of a function that comes with a type. */
    | { readonly kind: "record"; readonly member: RecordMember; readonly items: readonly Expression[] }
    | { readonly kind: "primitive"; readonly builtin: Builtin; readonly items: readonly Expression[] }
  );

/** A global variable, or a global function as a value. */
export interface GlobalExpression {
  readonly kind: "global";
  readonly name: string;
  /** Null for what the text does not define: names that the debugger knows. */
  readonly binding: Binding | null;
  /** Arity of a function that the text does not define. */
  readonly external: Arity | null;
  /** Index of the top-level form that it stands in. */
  readonly formIndex: number;
  readonly lambda: Lambda;
}

export interface CondClause {
  readonly test: Expression | null;
  /** `passed`: the clause `(test => function)`. Null body: the value of the test. */
  readonly body: Expression | null;
  readonly passed: Expression | null;
}

export interface CaseClause {
  /** Null for `else`. */
  readonly data: readonly Datum[] | null;
  readonly body: Expression;
}

/** A stretch of text in which names are visible. Scopes nest; the last one that contains an offset is the innermost. */
export interface Scope extends Range {
  readonly parent: Scope | null;
  readonly bindings: readonly Binding[];
}

/** Everything known about a source text. A pure function of the text. */
export interface Analysis {
  readonly text: string;
  readonly forms: readonly Form[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
  /** In order of their definition in the text, globals and locals. */
  readonly bindings: readonly Binding[];
  /** In order of their place. */
  readonly references: readonly Reference[];
  /** The file's own scope first; parents before children. */
  readonly scopes: readonly Scope[];
  /** Lists whose first symbol is a special form, by the place of that symbol. */
  readonly keywords: readonly (Range & { readonly name: string })[];
  /** Lists, vectors and atoms that are data, not code. */
  readonly quoted: readonly Range[];
  /** The types that the text defines, in order. */
  readonly types: readonly RecordType[];
  /** Calls of macros, and what they stand for, in the order of their expansion. */
  readonly expansions: readonly Expansion[];
  readonly topLevel: Lambda;
  /** Meaning of the top-level forms in order. */
  readonly program: readonly Expression[];
}
