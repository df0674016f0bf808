/** The collector: where it stands, what it did, what it would free now, and whether what it relies on is sound. */
import { typeName } from "../../objects/dtd.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import { countGauges } from "../counts/counts.ts";
import { type DoomedReport, doomedSteps, doomReason, findDoomed } from "../counts/doomed.ts";
import { collectorState } from "../heap/system.ts";
import { collectorVerdict } from "../image/collector.ts";
import type { ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { gauge, groupNode, makeNode } from "../nodes.ts";
import { valueText } from "../parts/value-text.ts";
import { valueNode } from "../values.ts";
import { auditNode, verifyNode } from "../verify/nodes.ts";

/** Doomed objects that the view looks for; more are said to be more. */
const DOOMED_IN_VIEW = 100_000;

export function collectorScope(view: ImageView): InspectNode {
  const read = () => [
    ...stateNodes(view),
    ...totals(view),
    ...lastCollection(view),
    ...currentCollection(view),
    doomedNode(view),
    auditNode(view),
    verifyNode(view),
  ];
  return makeNode("Collector", view.collection === null ? "idle" : `in phase ${view.collection.phase}`, {
    type: "scope",
    named: read,
  });
}

function stateNodes(view: ImageView): InspectNode[] {
  const { memory, collection } = view;
  const state = collectorState(memory);
  const verdict = collectorVerdict(view, countGauges(memory));
  const phase = collection === null ? "idle" : collection.phase;
  const countdown = state.countdown ?? (state.isKnown ? "nil, scheduling is off" : "not in this image");
  return [
    gauge("phase", phase, collection === null ? "" : "the work that comes next"),
    gauge("countdown", countdown, "new table entries until a collection is due"),
    gauge("restart value", state.restartValue ?? "nil"),
    gauge("state", verdict.state, verdict.explanation),
  ];
}

function totals({ manager }: ImageView): InspectNode[] {
  if (manager === null) return [];
  const statistics = manager.statistics();
  return [
    gauge("collections", statistics.collections),
    gauge("allocated", `${statistics.allocatedObjects} objects, ${statistics.allocatedWords} words`),
    gauge("freed", `${statistics.freedObjects} objects, ${statistics.freedWords} words`),
  ];
}

function lastCollection({ manager }: ImageView): InspectNode[] {
  const last = manager?.view().lastCollection ?? null;
  if (last === null) return manager === null ? [] : [gauge("last collection", "none yet")];
  const { number, cause, marked, freedObjects, freedWords } = last;
  return [
    groupNode("last collection", `number ${number}, cause ${cause}: ${freedObjects} objects freed`, [
      gauge("marked from the stack", marked),
      gauge("freed objects", freedObjects),
      gauge("freed words", freedWords),
    ]),
  ];
}

function currentCollection({ memory, collection }: ImageView): InspectNode[] {
  if (collection === null) return [];
  const { report } = collection;
  const types = [...report.freedByType].map(([type, n]) => gauge(typeName(memory, type), n));
  return [
    makeNode("this collection", `number ${report.number}, cause ${report.cause}: ${report.freedObjects} freed so far`, {
      type: "group",
      named: () => [
        gauge("marked from the stack", report.marked),
        gauge("freed objects", report.freedObjects),
        gauge("freed words", report.freedWords),
        ...types,
      ],
    }),
  ];
}

/** Counted when it is opened: a program may have much garbage. */
function doomedNode(view: ImageView): InspectNode {
  const title = view.collection === null ? "would be freed now" : "will be freed";
  return makeNode(title, "by a collection at this moment; open to count", {
    type: "group",
    prepare: () => doomedSteps(view, DOOMED_IN_VIEW),
    namedCount: 3,
    named: () => {
      const doomed = findDoomed(view, DOOMED_IN_VIEW);
      return [gauge("kept by the stack alone", doomed.keptByStack), byTypeNode(view, doomed), listNode(view, doomed)];
    },
  });
}

function byTypeNode({ memory }: ImageView, { byType, objects, isPartial }: DoomedReport): InspectNode {
  const types = [...byType].sort(([, a], [, b]) => b - a);
  return makeNode("by type", `${isPartial ? "at least " : ""}${objects.length} objects`, {
    type: "group",
    named: () => types.map(([type, n]) => gauge(typeName(memory, type), n)),
  });
}

function listNode(view: ImageView, { objects }: DoomedReport): InspectNode {
  return makeNode("objects", String(objects.length), {
    type: "group",
    indexedCount: objects.length,
    indexed: (start, count) =>
      objects.slice(start, start + count).map((object) => {
        const reason = doomReason(object, (pointer) => valueText(view, pointer));
        return makeNode(`#${octalAddress(object.pointer)}`, `${reason}  ${valueText(view, object.pointer)}`, {
          type: typeName(view.memory, object.type),
          pointer: object.pointer,
          address: object.pointer,
          namedCount: 1,
          named: () => [valueNode(view, "object", object.pointer)],
        });
      }),
  });
}
