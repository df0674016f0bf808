/** Strings and compiled code among the objects: found by one walk over the heap when somebody opens them, then shown in pages. */
import type { Pointer } from "../../../base/units.ts";
import { octalAddress } from "../../../objects/pointer-notation.ts";
import type { HeapMap } from "../../heap/heap-map.ts";
import { argumentsText, type CodeObject, eachCode } from "../../image/code/code-objects.ts";
import { eachString } from "../../image/strings.ts";
import type { ImageView } from "../../image-view.ts";
import type { InspectNode } from "../../node.ts";
import { makeNode } from "../../nodes.ts";
import { codeParts } from "../../parts/code.ts";
import { valueNode } from "../../values.ts";

export function stringsNode(view: ImageView, map: HeapMap): InspectNode {
  return makeNode("strings", "thin and fat ones", {
    type: "group",
    namedCount: 2,
    named: () => {
      const thin: Pointer[] = [];
      const fat: Pointer[] = [];
      eachString(map, ({ pointer, isFat }) => (isFat ? fat : thin).push(pointer));
      return [stringList(view, "thin", thin), stringList(view, "fat", fat)];
    },
  });
}

function stringList(view: ImageView, name: string, strings: readonly Pointer[]): InspectNode {
  return makeNode(name, `${strings.length} strings`, {
    type: "group",
    indexedCount: strings.length,
    indexed: (start, count) =>
      strings.slice(start, start + count).map((string) => valueNode(view, `#${octalAddress(string)}`, string)),
  });
}

const CODE_KINDS = [
  ["block", "blocks"],
  ["permanent", "blocks of the image itself"],
  ["hunk", "hunks"],
] as const;

export function codeNode(view: ImageView, map: HeapMap): InspectNode {
  return makeNode("code", "compiled functions", {
    type: "group",
    namedCount: CODE_KINDS.length,
    named: () => {
      const found: CodeObject[] = [];
      eachCode(map, (code) => found.push(code));
      return CODE_KINDS.map(([kind, name]) => {
        const functions = found.filter((code) => code.kind === kind);
        return makeNode(name, `${functions.length} functions`, {
          type: "group",
          indexedCount: functions.length,
          indexed: (start, count) => functions.slice(start, start + count).map((code) => functionNode(view, code)),
        });
      });
    },
  });
}

function functionNode(view: ImageView, { pointer, name, header, sizeWords }: CodeObject): InspectNode {
  const label = name === "" ? `#${octalAddress(pointer)}` : name;
  return makeNode(label, `${argumentsText(header)}, ${sizeWords ?? 0} words at #${octalAddress(pointer)}`, {
    type: "CODE",
    pointer,
    address: pointer,
    ...codeParts(view, pointer, valueNode),
  });
}
