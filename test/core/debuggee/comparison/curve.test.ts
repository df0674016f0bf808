import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Curve } from "../../../../core/debuggee/comparison/curve.ts";

describe("a curve of live words", () => {
  test("keeps every step of a short run", () => {
    const curve = new Curve();
    curve.note(1, 10);
    curve.note(3, 20);
    curve.note(3, 5);
    curve.note(4, 6);
    expect(curve.points()).toEqual([
      { step: 0, words: 0 },
      { step: 1, words: 10 },
      { step: 2, words: 10 },
      { step: 3, words: 20 },
      { step: 4, words: 6 },
    ]);
  });

  test("of a long run has a bounded number of points, each the maximum of its steps", () => {
    const notes = fc.array(fc.tuple(fc.nat(400), fc.nat(1000)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(notes, (given) => {
        const curve = new Curve();
        const live: number[] = [];
        let step = 0;
        let words = 0;
        for (const [gap, next] of given) {
          for (const end = step + gap; step < end; step++) live[step] = Math.max(live[step] ?? 0, words);
          live[step] = Math.max(live[step] ?? words, next);
          words = next;
          curve.note(step, next);
        }
        const points = curve.points();
        expect(points.length).toBeLessThanOrEqual(1024);
        for (const [i, point] of points.entries()) {
          const end = points[i + 1]?.step ?? step + 1;
          expect(point.words).toBe(Math.max(...live.slice(point.step, end)));
        }
      }),
    );
  });
});
