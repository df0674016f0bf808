/** Which questions about the past a variable has an answer to, so that the menu of VS Code offers no others. */
import type { InspectNode } from "#core";
import type { Context } from "../context.ts";
import type { MenuVariable } from "../protocol-additions.ts";

/** VS Code's family gives this name to `initialize`; other clients are spared a field that the protocol does not have. */
const CLIENT = "vscode";

/** Words for the conditions of menus: it has a `place` in memory; it is an `object` of the heap; whose references are `counted`. */
export function menuContext(context: Context, { slot, pointer, type }: InspectNode): MenuVariable {
  if (context.capabilities?.clientID !== CLIENT) return {};
  const { engine } = context.shared("variables").program;
  if (engine === null || engine.history === null) return {};
  const { watching } = engine;
  const words: string[] = [];
  if (slot !== null) words.push("place");
  // A symbol lives as long as the machine.
  if (pointer !== null && type !== "LITATOM" && watching.objectBytes(pointer) > 0) {
    words.push("object");
    if (watching.whyUncounted(pointer) === null) words.push("counted");
  }
  return words.length === 0 ? {} : { __vscodeVariableMenuContext: words.join(" ") };
}
