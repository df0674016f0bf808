import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import { countOf } from "../../../../core/inspect/counts/counts.ts";
import { doomReason, findDoomed } from "../../../../core/inspect/counts/doomed.ts";
import { octalAddress } from "../../../../core/objects/pointer-notation.ts";
import { describeGolden } from "../../../support/golden/golden.ts";
import { CLOSURE, HUNK, ManagedImage, ROOTS } from "../../../support/images/managed-image.ts";
import type { OpcodeRun } from "../../../support/machine/opcode-run-image.ts";

const small = (n: number) => 0xe0000 + n;
const names = (pointer: number) => `#${octalAddress(pointer)}`;

describeGolden<OpcodeRun>("opcode-run.json", (run) => {
  describe("what a collection would free", () => {
    test("garbage, and what only garbage holds, each with its reason", () => {
      const image = new ManagedImage(run);
      const inner = image.list(small(3));
      const outer = image.list(inner, small(1));
      const doomed = findDoomed(image.view);
      const byPointer = new Map(doomed.objects.map((object) => [object.pointer, object]));
      const reason = (pointer: number) => {
        const object = byPointer.get(pointer);
        return object === undefined ? null : doomReason(object, names);
      };
      expect(doomed.objects).toHaveLength(3);
      expect(reason(outer)).toBe("count 0, not on the stack");
      expect(reason(inner)).toBe(`only reference from ${names(outer)}, which is doomed`);
    });

    test("nothing that the stack holds, and nothing that lives on elsewhere", () => {
      const image = new ManagedImage(run);
      const shared = image.list(small(1));
      image.setRoot(0, image.list(shared));
      const garbage = image.list(shared);
      expect(countOf(image.memory, shared)).toBe(2);
      expect(findDoomed(image.view).objects.map(({ pointer }) => pointer)).toEqual([garbage]);
      expect(findDoomed(image.view).keptByStack).toBe(1);
    });

    test("the list is cut where it was asked to be", () => {
      const image = new ManagedImage(run);
      for (let i = 0; i < 10; i++) image.list(small(i));
      expect(findDoomed(image.view, 4)).toMatchObject({ isPartial: true });
      expect(findDoomed(image.view, 4).objects).toHaveLength(4);
    });

    test("is exactly what the collector then frees, in its order", { timeout: 60_000 }, () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
          const image = new ManagedImage(run);
          for (const act of steps) act(image);
          const before = findDoomed(image.view).objects.map(({ pointer }) => pointer);
          expect(audit(image.view).problems).toEqual([]);
          const { freed } = image.collect();
          expect(before).toEqual(freed);
          expect(audit(image.view).problems).toEqual([]);
        }),
        { numRuns: 60 },
      );
    });
  });
});

/** One random thing that a program does. Values come from the roots, so that shared structure, cycles and dropped objects arise. */
type Step = (image: ManagedImage) => void;
const rootIndex = fc.integer({ min: 0, max: ROOTS - 1 });
const isSet = (value: number) => value >>> 28 === 0;
const value = (image: ManagedImage, index: number) => (isSet(image.root(index)) ? image.root(index) : small(index));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(rootIndex, rootIndex, rootIndex).map(([to, a, b]) => (image: ManagedImage) => {
    image.setRoot(to, image.manager.cons(value(image, a), value(image, b)));
  }),
  fc
    .tuple(rootIndex, fc.constantFrom(0, CLOSURE, HUNK), fc.array(rootIndex, { minLength: 1, maxLength: 2 }))
    .map(([to, type, fields]) => (image: ManagedImage) => {
      image.setRoot(
        to,
        image.object(
          type,
          fields.map((field) => value(image, field)),
        ),
      );
    }),
  rootIndex.map((index) => (image: ManagedImage) => image.setRoot(index, small(0))),
  fc.tuple(rootIndex, rootIndex).map(([a, b]) => (image: ManagedImage) => {
    const cons = value(image, a);
    image.replaceCdr(cons, value(image, b));
  }),
  fc.constant((image: ManagedImage) => void image.collect()),
);
