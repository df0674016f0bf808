/** The `format` of a request that asks for values. */
import type { InspectNode, Radix } from "#core";
import type { ValueFormat } from "../protocol-additions.ts";

export function radixOf(format: ValueFormat | undefined): Radix {
  if (format?.hex === true) return 16;
  return format?.octal === true ? 8 : 10;
}

/** The text of a value as the client wants it. */
export function valueText(node: InspectNode, format: ValueFormat | undefined): string {
  const radix = radixOf(format);
  return radix === 10 ? node.value : node.valueIn(radix);
}
