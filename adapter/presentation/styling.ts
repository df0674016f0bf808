/**
 * Colours and weights by ANSI escape sequences, for clients that say in `initialize` that they know them. In values only what is no value is styled: what can
 * be copied, edited or compared stays plain text.
 */
import type { InspectNode } from "#core";
import type { Context } from "../context.ts";

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof STYLES;

export function styled(context: Context, style: Style, text: string): string {
  if (context.capabilities?.supportsANSIStyling !== true) return text;
  const [on, off] = STYLES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** The text of a variable: damage is red, a remark in the place of a value is dim. */
export function styledValue(context: Context, node: InspectNode, text: string): string {
  if (node.type === "damage") return styled(context, "red", text);
  const isRemark = node.pointer === null && (node.prepare !== null || text.startsWith("("));
  return isRemark ? styled(context, "dim", text) : text;
}
