/** `object`: what lies at an address. */
import {
  addressText,
  countEntry,
  isCounted,
  objectAt,
  type Pointer,
  parseAddress,
  pathFromRoot,
  referenceText,
  slotText,
  typeName,
  valueText,
} from "#core";
import { parse, UsageError } from "../../command.ts";
import { grouped } from "../../text.ts";
import { graphOf, subjectOf } from "../graph/graph-questions.ts";
import { counted, factLines, moreLines, PAGE_OPTIONS, pageOf, singleArgument } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const objectTopic: Topic = {
  name: "object",
  synopsis: "object ADDRESS|NAME [--from N] [--count N]",
  summary: "what lies at an address, also inside an object: type, size, count, slots, who holds it",
  run(context) {
    const { values, positionals } = parse(context.args, PAGE_OPTIONS);
    const page = pageOf(values);
    const text = singleArgument(positionals);
    if (text === null) throw new UsageError("expected an address (57,12340 or 0x2F14E0) or the name of a symbol");
    const graph = graphOf(context);
    const { view, slots } = graph;
    const address = parseAddress(text) ?? subjectOf(context, text).object;
    const place = objectAt(graph, address);
    const { object } = place;
    const slotCount = object === null ? 0 : slots.count(object);
    const contents = (of: Pointer) =>
      Array.from({ length: Math.max(0, Math.min(slotCount, page.from + page.count) - page.from) }, (_, i) => {
        const { kind, index } = slots.place(of, page.from + i);
        const target = slots.target(of, page.from + i);
        return { slot: slotText(kind, index), pointer: addressText(target), value: valueText(view, target) };
      });
    function* lines(): Generator<string> {
      yield `${addressText(address)}: ${place.text}`;
      if (object === null) return;
      const node = graph.numberOf(object);
      const path = pathFromRoot(graph, node);
      yield* factLines([
        ["object", valueText(view, object)],
        ["type", typeName(view.memory, graph.map.typeAt(object))],
        ["size", counted(place.sizeWords ?? 0, "word")],
        ["count", countText(object)],
        ["held by", counted(graph.holderCount(node), "reference")],
        ["root", path === null ? "none reaches it (topic why)" : referenceText(view, path[0] as (typeof path)[number])],
        ["slots", slotCount === 0 ? "none" : grouped(slotCount)],
      ]);
      for (const { slot, value } of contents(object)) yield `  ${slot}: ${value}`;
      if (slotCount > 0) yield* moreLines(page, slotCount, "slots");
    }
    const countText = (of: Pointer): string => {
      if (!isCounted(view.memory, of)) return "not counted";
      const entry = countEntry(view.memory, of);
      return entry === null ? "1 (no entry)" : String(entry.count);
    };
    return lazyAnswer(lines, () => ({
      address: addressText(address),
      kind: place.kind,
      text: place.text,
      object: object === null ? null : addressText(object),
      offsetWords: place.offsetWords,
      sizeWords: place.sizeWords,
      type: object === null ? null : typeName(view.memory, graph.map.typeAt(object)),
      slot: place.slot,
      count: object === null ? null : countText(object),
      holders: object === null ? 0 : graph.holderCount(graph.numberOf(object)),
      slots: object === null ? [] : contents(object),
    }));
  },
};
