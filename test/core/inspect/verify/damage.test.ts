/** Whatever is done to an image, verify and audit come to an end, and say what they found. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { audit } from "../../../../core/inspect/audit/audit.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { FINDINGS_KEPT } from "../../../../core/inspect/verify/finding.ts";
import { CHECKS, verify } from "../../../../core/inspect/verify/verify.ts";
import { REGIONS } from "../../../../core/memory/regions.ts";
import { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { exampleImage } from "../../../support/images/example-image.ts";

const sound = exampleImage().view.memory;
const words = sound.sizeWords;
const regions = REGIONS.filter(
  ({ start, name }) => start < words && !["SEGMENT0", "IOCBPAGE", "DISPLAY"].includes(name),
);

/** A word of a region: damage to tables matters more than to what is free. */
const place = fc
  .tuple(fc.constantFrom(...regions), fc.nat())
  .map(([{ start, words: size }, n]) => start + (n % Math.min(size, words - start)));
const cell = fc.oneof(fc.nat(), fc.constantFrom(0, 0xffffffff, 0x80000000, 0xe0001, 0xaaa80004, 0xaaa9ffff), place);

type Damage = (memory: VirtualMemory) => void;
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, cell).map(
    ([at, value]) =>
      (memory: VirtualMemory) =>
        memory.setCell(at & ~1, value),
  ),
  fc.tuple(place, fc.integer({ min: 0, max: 15 })).map(
    ([at, bit]) =>
      (memory: VirtualMemory) =>
        memory.setWord(at, memory.word(at) ^ (1 << bit)),
  ),
  // A page that was written to another place, or never.
  fc.tuple(place, place).map(([from, to]) => (memory: VirtualMemory) => {
    memory.bytes.copyWithin(2 * (to & ~0xff), 2 * (from & ~0xff), 2 * ((from & ~0xff) + 0x100));
  }),
  place.map((at) => (memory: VirtualMemory) => {
    memory.bytes.fill(0, 2 * (at & ~0xff), 2 * ((at & ~0xff) + 0x100));
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 4000 }), cell).map(([at, size, value]) => (memory: VirtualMemory) => {
    for (let i = 0; i < size && at + 2 * i + 2 < words; i++) memory.setCell((at & ~1) + 2 * i, value);
  }),
  // Noise.
  fc.tuple(place, fc.integer({ min: 1, max: 2000 }), fc.nat()).map(([at, size, seed]) => (memory: VirtualMemory) => {
    let x = seed;
    for (let i = 0; i < size && at + 2 * i + 2 < words; i++) {
      x = (Math.imul(1664525, x) + 1013904223) >>> 0;
      memory.setCell((at & ~1) + 2 * i, x);
    }
  }),
);

test("300 damaged images are verified and audited to the end", () => {
  const memory = new VirtualMemory(sound.sizeBytes >> 20);
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), (damages) => {
      memory.bytes.set(sound.bytes);
      memory.pageFlags.set(sound.pageFlags);
      memory.pageFlags.fill(0);
      for (const change of damages) change(memory);
      const view = deadImage(memory, new CodeDirectory());
      const report = verify(view);
      expect(report.checks).toHaveLength(CHECKS.length);
      expect(report.findings.length).toBeLessThanOrEqual(3 * FINDINGS_KEPT * CHECKS.length);
      const counted = audit(view);
      expect(counted.totals.below).toBeGreaterThanOrEqual(
        counted.problems.filter(({ kind }) => kind === "below").length,
      );
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("an image of noise is verified and audited to the end", () => {
  const memory = new VirtualMemory(8);
  let x = 1;
  for (let at = 0; at < memory.sizeWords; at += 2) {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    memory.setCell(at, x);
  }
  const view = deadImage(memory, new CodeDirectory());
  expect(verify(view).totals.error).toBeGreaterThan(1000);
  expect(audit(view).totals.table).toBeGreaterThan(1000);
}, 60_000);
