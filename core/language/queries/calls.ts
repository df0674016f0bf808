/** The call around a place of a text, for parameter help. */
import type { Analysis } from "../analysis/tree.ts";
import type { Form } from "../forms.ts";
import { enclosingForms } from "./forms-at.ts";
import { documentation } from "./hover.ts";
import { subjectAt } from "./names.ts";

/** The call around an offset, for parameter help: what is called and which argument the offset stands in (from 0). */
export function callAt(
  analysis: Analysis,
  offset: number,
): { name: string; parameters: readonly string[]; doc: string; argument: number } | null {
  const call = enclosingForms(analysis.forms, offset).find((form) => {
    const isInside = form.kind === "list" && offset > form.start && (offset < form.end || !form.isClosed);
    return isInside && form.items[0]?.kind === "symbol" && offset > form.items[0].end;
  });
  if (call?.kind !== "list") return null;
  const head = call.items[0] as Form;
  const argument = call.items.slice(1).filter((item) => item.end < offset).length;
  const subject = subjectAt(analysis, head.start);
  if (subject?.kind === "builtin") {
    const { name, parameters, doc } = subject.builtin;
    return { name, parameters, doc, argument };
  }
  if (subject?.kind !== "binding" || subject.binding.lambda === null) return null;
  const { binding } = subject;
  const parameters = subject.binding.lambda.parameters.map((parameter) => parameter.name);
  return { name: binding.name, parameters, doc: documentation(analysis, binding), argument };
}
