import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstDifference, firstOtherAllocation } from "../../../../core/debuggee/comparison/differences.ts";
import { ALIVE, type Lives } from "../../../../core/debuggee/comparison/recorder.ts";

type Life = readonly [birth: number, death: number];
const livesOf = (lives: readonly Life[], type = 5): Lives => ({
  count: lives.length,
  birth: (i) => lives[i]?.[0] as number,
  death: (i) => lives[i]?.[1] as number,
  words: () => 2,
  type: () => type,
});
const alive = (lives: readonly Life[], step: number) =>
  lives.flatMap(([birth, death], i) => (birth <= step && death > step ? [i] : []));

describe("where two runs part", () => {
  const life = fc.tuple(fc.nat(10), fc.nat(12), fc.nat(12));
  test("is the first step at which their live sets differ", () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 8 }), (given) => {
        const end = (birth: number, length: number) => (birth + length > 15 ? ALIVE : birth + length);
        const first = given.map(([birth, length]): Life => [birth, end(birth, length)]);
        const second = given.map(([birth, , length]): Life => [birth, end(birth, length)]);
        const steps = Array.from({ length: 17 }, (_, step) => step);
        const expected = steps.find((step) => `${alive(first, step)}` !== `${alive(second, step)}`);
        const found = firstDifference(
          { lives: livesOf(first), lastStep: 16 },
          { lives: livesOf(second), lastStep: 16 },
        );
        expect(found?.step).toBe(expected);
        if (found === null) return;
        const holder = found.isInFirst ? first : second;
        const other = found.isInFirst ? second : first;
        expect(alive(holder, found.step)).toContain(found.object);
        expect(alive(other, found.step)).not.toContain(found.object);
      }),
    );
  });

  test("is not looked for behind the end of the shorter run", () => {
    const first = { lives: livesOf([[1, 9]]), lastStep: 20 };
    const second = { lives: livesOf([[1, ALIVE]]), lastStep: 8 };
    expect(firstDifference(first, second)).toBe(null);
    expect(firstDifference(first, { ...second, lastStep: 9 })?.step).toBe(9);
  });

  test("runs that allocate otherwise are told apart by the first object that differs", () => {
    const lives: Life[] = [
      [1, 3],
      [2, 4],
    ];
    expect(firstOtherAllocation(livesOf(lives), livesOf(lives))).toBe(null);
    expect(firstOtherAllocation(livesOf(lives), livesOf(lives, 2))).toBe(0);
    expect(firstOtherAllocation(livesOf(lives), livesOf([lives[0] as Life, [3, 4]]))).toBe(1);
  });
});
