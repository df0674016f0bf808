/** What reader macros make, and what they may ask of the reader. */
import { type Form, listForm } from "../forms.ts";
import type { TextStream } from "./text-stream.ts";
import type { Token } from "./tokens.ts";

/** What a macro character makes: a form, nothing (a comment), or the start of a form that needs others. */
export type MacroResult =
  | { readonly kind: "form"; readonly form: Form }
  | { readonly kind: "nothing" }
  /** `finish` gets the next `needed` forms. */
  | { readonly kind: "prefix"; readonly needed: number; readonly finish: Finish }
  /** `finish` gets the forms up to the closing parenthesis. */
  | { readonly kind: "list"; readonly finish: Finish };

/** The form made of its parts; `null`: nothing was read after all. */
export type Finish = (items: readonly Form[]) => Form | null;

/** The reader, for macros that read characters themselves. */
export interface MacroHost {
  readonly stream: TextStream;
  /** Objects labelled `#n=` in the form that is being read. */
  readonly labels: Map<number, Form>;
  /** Elements that `#n(…)` may still add. */
  paddingLeft: number;
  /** The characters up to the next separator, bracket or macro. */
  readToken(): Token;
  /** The rest of a string whose opening quote has been read. `isFolded`: a line end and the blanks behind it become one blank. */
  readString(startByte: number, isFolded: boolean): Form;
}

/** A prefix that makes the list `(head form)`. */
export const wrapping = (head: Form): MacroResult => ({
  kind: "prefix",
  needed: 1,
  finish: (items) => listForm([head, ...items]),
});

/** A prefix whose form is evaluated when the file is loaded. */
export const AT_LOAD_TIME: MacroResult = {
  kind: "prefix",
  needed: 1,
  finish: ([form]) => (form === undefined ? null : { kind: "load-time", form }),
};
