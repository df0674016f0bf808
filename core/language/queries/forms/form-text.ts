/** Forms as text again: what a macro call stands for, on lines that fit, with a bound on their length. */
import type { Form } from "../../forms.ts";

const LINE = 80;
const MOST_CHARACTERS = 2000;
const PREFIXES = { quote: "'", quasiquote: "`", unquote: ",", "unquote-splicing": ",@" } as const;

export function formText(form: Form): string {
  const text = lines(form, 0);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

/** On one line where it fits, else the items below each other, as bodies stand. */
function lines(form: Form, indent: number): string {
  const flat = flatText(form, LINE - indent);
  if (flat !== null || form.kind !== "list") return flat ?? flatText(form, MOST_CHARACTERS) ?? "…";
  const [head, ...rest] = form.items;
  const below = `\n${" ".repeat(indent + 2)}`;
  const first = head === undefined ? "" : lines(head, indent + 1);
  return `(${[first, ...rest.map((item) => lines(item, indent + 2))].join(below)})`;
}

/** Null when it is longer than `room`. */
function flatText(form: Form, room: number): string | null {
  let text = "";
  const write = (part: Form): boolean => {
    if (text.length > room) return false;
    if (part.kind === "list" || part.kind === "vector") {
      text += part.kind === "vector" ? "#(" : "(";
      const isWhole = part.items.every((item, i) => {
        if (i > 0) text += " ";
        return write(item);
      });
      if (!isWhole) return false;
      if (part.kind === "list" && part.tail !== null) {
        text += " . ";
        if (!write(part.tail)) return false;
      }
      text += ")";
    } else if ("form" in part) {
      text += PREFIXES[part.kind];
      if (part.form !== null && !write(part.form)) return false;
    } else text += atomText(part);
    return text.length <= room;
  };
  return write(form) ? text : null;
}

function atomText(form: Exclude<Form, { kind: "list" | "vector" } | { form: Form | null }>): string {
  switch (form.kind) {
    case "symbol":
      return form.name;
    case "integer":
      return String(form.value);
    case "float":
      return Number.isInteger(form.value) ? `${form.value}.0` : String(form.value);
    case "character":
      return form.code > 32 && form.code < 127
        ? `#\\${String.fromCharCode(form.code)}`
        : `#\\x${form.code.toString(16)}`;
    case "string":
      return JSON.stringify(form.text);
    case "constant":
      return form.value === "true" ? "#t" : "nil";
  }
}
