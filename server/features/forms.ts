/** Walking over forms. The reader bounds their nesting, so recursion is safe. */
import type { Form } from "#core";

/** The forms directly inside a form, in reading order. */
export function children(form: Form): readonly Form[] {
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

/** Calls `visit` with every form, in reading order: a form before what is inside it. */
export function eachForm(forms: readonly Form[], visit: (form: Form) => void): void {
  for (const form of forms) {
    visit(form);
    eachForm(children(form), visit);
  }
}
