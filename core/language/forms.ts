/**
 * What the reader produces: forms with ranges, and diagnostics. Analyses refer to forms by `id` and never write on them.
 */

/** UTF-16 offsets into the source text: `start` inclusive, `end` exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface FormBase extends Range {
  /** Unique within a file, in reading order; `MADE_ID` for what a macro made, which has the place of the call. */
  readonly id: number;
}

export const MADE_ID = -1;

/** Is it a form that stands nowhere in the text, but was made by a macro? */
export function isMade(range: Range): boolean {
  return "id" in range && range.id === MADE_ID;
}

export type Form =
  | (FormBase & { readonly kind: "symbol"; readonly name: string })
  | (FormBase & { readonly kind: "integer"; readonly value: number })
  | (FormBase & { readonly kind: "float"; readonly value: number })
  | (FormBase & { readonly kind: "character"; readonly code: number })
  | (FormBase & { readonly kind: "string"; readonly text: string })
  /** `#t`, `#f` and `nil`: truth is `#t`; `#f`, `nil` and `()` are one object. */
  | (FormBase & { readonly kind: "constant"; readonly value: "true" | "nil" })
  | (FormBase & {
      readonly kind: "list";
      readonly items: readonly Form[];
      /** The form after the dot of a dotted list. */
      readonly tail: Form | null;
      /** False when the text ended before the closing bracket. */
      readonly isClosed: boolean;
    })
  | (FormBase & { readonly kind: "vector"; readonly items: readonly Form[]; readonly isClosed: boolean })
  /** `'x` `` `x`` `,x` `,@x`. */
  | (FormBase & {
      readonly kind: "quote" | "quasiquote" | "unquote" | "unquote-splicing";
      readonly form: Form | null;
    });

export interface Diagnostic extends Range {
  readonly severity: "error" | "warning" | "hint";
  /** Stable name, for instance `unclosed-list`, `unbound-variable`. */
  readonly code: string;
  /** What is wrong, what was expected and what was found. */
  readonly message: string;
  /** Places that say why, step by step. */
  readonly related?: readonly { readonly text: string; readonly range: Range }[];
}

export interface Comment extends Range {
  readonly text: string;
}

export interface ReadResult {
  readonly forms: readonly Form[];
  readonly diagnostics: readonly Diagnostic[];
  readonly comments: readonly Comment[];
}
