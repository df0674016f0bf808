/**
 * Forms whose value is known without an evaluator: constants, and the few calls that files use to write objects which have no printed form.
 * Source: compiled files specification, section 2.4; linking specification, section 1d.
 */
import { type Form, listForm, listItems } from "../forms.ts";

/** Load-time forms are calls within calls; those that can be computed here are flat. */
const MOST_NESTING = 16;

/** The form whose value a load-time form has, when it needs no evaluator: a constant, or a list of constants. */
export function constantOf(form: Form, depth = 0): Form | null {
  if (depth > MOST_NESTING) return null;
  if (form.kind === "symbol") return form.package === "KEYWORD" || /^(?:NIL|T)$/.test(form.name) ? form : null;
  if (form.kind !== "list") return form.kind === "load-time" ? constantOf(form.form, depth + 1) : form;
  const [head, ...args] = listItems(form) ?? [];
  const [first] = args;
  if (head?.kind !== "symbol") return null;
  if (head.name === "QUOTE" || head.name === "FUNCTION") return args.length === 1 ? (first ?? null) : null;
  if (head.name === "CHARCODE") return args.length === 1 ? characterCode(first) : null;
  const values = args.map((argument) => constantOf(argument, depth + 1));
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return null;
  const [value] = known;
  switch (head.name) {
    case "CHARACTER":
    case "CODE-CHAR":
    case "INT-CHAR":
      return value?.kind === "integer" ? { kind: "character", code: Number(BigInt.asUintN(16, value.value)) } : null;
    case "LIST":
      return listForm(known);
    case "CONS":
      return consOf(known);
    default:
      return null;
  }
}

/** `(CHARCODE A)`, which does not evaluate its argument. Names of characters are left to the system. */
function characterCode(form: Form | undefined): Form | null {
  if (form?.kind !== "symbol" || form.name.length !== 1) return null;
  return { kind: "integer", value: BigInt(form.name.charCodeAt(0)) };
}

function consOf([car, cdr]: readonly Form[]): Form | null {
  return car === undefined || cdr === undefined ? null : listForm([car], cdr);
}
