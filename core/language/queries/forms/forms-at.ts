/** Walking over forms, and finding the form at a place. The reader bounds their nesting, so recursion is safe. */
import type { Comment, Form, Range } from "../../forms.ts";

/** The forms directly inside a form, in reading order. */
export function partsOf(form: Form): readonly Form[] {
  switch (form.kind) {
    case "list":
      return form.tail === null ? form.items : [...form.items, form.tail];
    case "vector":
      return form.items;
    case "quote":
    case "quasiquote":
    case "unquote":
    case "unquote-splicing":
      return form.form === null ? [] : [form.form];
    default:
      return [];
  }
}

/** Visits every form, outer before inner, in the order of the text. */
export function everyForm(forms: readonly Form[], visit: (form: Form) => void): void {
  for (const form of forms) {
    visit(form);
    everyForm(partsOf(form), visit);
  }
}

/** From the innermost form that contains the offset, or begins or ends there, outwards: what "expand selection" goes through. */
export function enclosingForms(forms: readonly Form[], offset: number): readonly Form[] {
  const found: Form[] = [];
  for (let inside = forms; ; ) {
    const next = inside.find((form) => form.start <= offset && offset <= form.end);
    if (next === undefined) return found;
    found.unshift(next);
    inside = partsOf(next);
  }
}

export function formWithRange(forms: readonly Form[], range: Range): Form | null {
  for (let inside = forms; ; ) {
    const next = inside.find((form) => form.start <= range.start && range.end <= form.end);
    if (next === undefined) return null;
    if (next.start === range.start && next.end === range.end) return next;
    inside = partsOf(next);
  }
}

/** Is nothing before the comment on its line? */
export function startsLine(text: string, { start }: Comment): boolean {
  let at = start;
  while (at > 0 && (text.charAt(at - 1) === " " || text.charAt(at - 1) === "\t")) at--;
  return at === 0 || text.charAt(at - 1) === "\n" || text.charAt(at - 1) === "\r";
}
