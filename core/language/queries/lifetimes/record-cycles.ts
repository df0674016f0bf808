/** Two records that refer to each other by fields which keep them: `(set-a-f! x y)` and `(set-b-g! y x)` in one program. */
import type { RecordField } from "../../analysis/records.ts";
import type { Binding, Expression } from "../../analysis/tree.ts";
import type { Diagnostic, Range } from "../../forms.ts";
import { everyExpression } from "./facts.ts";

/** A field of a record in one variable that is set to what is in another one. */
interface Link {
  readonly from: Binding;
  readonly to: Binding;
  readonly field: RecordField;
  readonly range: Range;
}

/** In order of their place: each at the link that closes the circle. */
export function recordCycles(program: readonly Expression[]): readonly Diagnostic[] {
  const links: Link[] = [];
  const found: Diagnostic[] = [];
  everyExpression(program, (expression) => {
    const link = linkOf(expression);
    if (link === null) return;
    const back = links.find(({ from, to }) => from === link.to && to === link.from);
    links.push(link);
    if (back === undefined && link.from !== link.to) return;
    const message = `${link.from.name} and ${link.to.name} keep each other from here on: counting references never frees them; make the field ${link.field.name} weak`;
    found.push({
      start: link.range.start,
      end: link.range.end,
      severity: "warning",
      code: "cycle",
      message,
      related: back === undefined ? [] : [{ text: `${back.from.name} keeps ${back.to.name}`, range: back.range }],
    });
  });
  return found;
}

function linkOf(expression: Expression): Link | null {
  if (expression.kind !== "record" || expression.member.operation !== "set") return null;
  const { field } = expression.member;
  const [object, value] = expression.items;
  if (field === null || field.isWeak || object?.kind !== "local" || value?.kind !== "local") return null;
  return { from: object.binding, to: value.binding, field, range: expression.range };
}
