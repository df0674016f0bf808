/**
 * A thousand damaged images: whatever is done to a file, it is refused with an `ImageError` or opens with its damage, within bounded memory, and an
 * image that is let run neither hangs nor throws. The generator is seeded: the number of a case is all that it depends on.
 */
import { expect, test } from "vitest";
import { ImageError, VmFault } from "../../../../core/base/errors.ts";
import { IFPAGE } from "../../../../core/memory/interface-page.ts";
import { PAGE_BYTES } from "../../../../core/memory/layout.ts";
import { MAX_DAMAGE_ITEMS, type Purpose } from "../../../../core/memory/sysout/damage.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { type OpenedSysout, openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { writeSysout } from "../../../../core/memory/sysout/write-sysout.ts";
import { saveMachine } from "../../../../core/vm/image/save-machine.ts";
import { startSysout } from "../../../../core/vm/image/start-sysout.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { miniBytes } from "../../../support/images/mini-sysout.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";

const CASES = 1000;
const MOST_BYTES = 256 * 0x100000;
/** What opening needs besides the memory of the image: its flags, the page table, a window for reading. */
const BESIDES = 8 * 0x100000;
const TABLE = 2 * PAGE_BYTES;
/** A file of this length has the pages that the mutations look for. */
const WHOLE = 200 * PAGE_BYTES;
const SAFEPOINTS = 100;

/** Numbers below `limit`, the same for the same seed. */
type Random = (limit: number) => number;
function randomFrom(seed: number): Random {
  let state = (seed + 1) * 0x9e3779b9;
  return (limit) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x3c6ef372;
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((state ^ (state >>> 15)) >>> 0) % limit;
  };
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

function flip(start: number, length: number): Mutation {
  return (bytes, random) => {
    for (let n = 1 + random(8); n > 0; n--) {
      const at = start + random(Math.min(length, bytes.length - start));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    }
    return bytes;
  };
}
const wholePages = (bytes: Uint8Array) => Math.floor(bytes.length / PAGE_BYTES);
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const FIELDS = Object.values(IFPAGE);

const MUTATIONS: { readonly [name: string]: Mutation } = {
  "bytes anywhere": flip(0, Number.MAX_SAFE_INTEGER),
  "bytes of the interface page": flip(PAGE_BYTES, 176),
  "bytes of the page table": flip(TABLE, 1313 * 4),
  "bytes of the stack": flip(15 * PAGE_BYTES, 129 * PAGE_BYTES),
  truncated: (bytes, random) => bytes.slice(0, random(bytes.length)),
  "cut at a page": (bytes, random) => bytes.slice(0, random(wholePages(bytes)) * PAGE_BYTES),
  "hardly begun": (bytes, random) => bytes.slice(0, random(4 * PAGE_BYTES)),
  longer(bytes, random) {
    const longer = new Uint8Array(bytes.length + 1 + random(3000));
    longer.set(bytes);
    return longer.fill(random(256), bytes.length);
  },
  "pages shuffled"(bytes, random) {
    for (let n = 1 + random(20); n > 0; n--) {
      const [a, b] = [random(wholePages(bytes)), random(wholePages(bytes))];
      const page = bytes.slice(a * PAGE_BYTES, (a + 1) * PAGE_BYTES);
      bytes.copyWithin(a * PAGE_BYTES, b * PAGE_BYTES, (b + 1) * PAGE_BYTES);
      bytes.set(page, b * PAGE_BYTES);
    }
    return bytes;
  },
  "header fields"(bytes, random) {
    for (let n = 1 + random(3); n > 0; n--) {
      const field = FIELDS[random(FIELDS.length)] ?? 0;
      viewOf(bytes).setUint16(PAGE_BYTES + 2 * field, random(0x10000) >> random(16));
    }
    return bytes;
  },
  "header cells"(bytes, random) {
    const cell = [IFPAGE.activePagesCell, IFPAGE.processSizeCell, IFPAGE.lastVmemPageCell][random(3)] ?? 0;
    viewOf(bytes).setUint32(PAGE_BYTES + 2 * cell, random(2 ** 32) >>> random(32));
    return bytes;
  },
  "table entries"(bytes, random) {
    for (let n = 1 + random(50); n > 0; n--) {
      viewOf(bytes).setUint32(TABLE + 4 * (1 + random(1313)), random(2 ** 32) >>> random(24));
    }
    return bytes;
  },
  "entries that repeat others"(bytes, random) {
    const view = viewOf(bytes);
    for (let n = 1 + random(50); n > 0; n--) {
      view.setUint32(TABLE + 4 * (1 + random(1313)), view.getUint32(TABLE + 4 * (1 + random(1313))));
    }
    return bytes;
  },
  "a page of noise"(bytes, random) {
    const page = random(wholePages(bytes));
    for (let i = 0; i < PAGE_BYTES; i++) bytes[page * PAGE_BYTES + i] = random(256);
    return bytes;
  },
  "a page of zeros"(bytes, random) {
    const page = random(wholePages(bytes));
    return bytes.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  },
};
const NAMES = Object.keys(MUTATIONS);

/** Both of an address space as small as they can run in, so that a thousand of them are quick. */
function bases(): readonly Uint8Array[] {
  const mini = miniBytes();
  viewOf(mini).setUint32(PAGE_BYTES + 2 * IFPAGE.processSizeCell, 8);
  const { machine } = lispMachine('(define x (list 1 "two" 3.0)) (for (i 0 100) (set! x (cons i x))) (print x)', {
    heapMB: 0.25,
  });
  machine.run(30);
  return [mini, saveMachine(machine, (pieces) => Buffer.concat([...pieces]))];
}

function open(bytes: Uint8Array, purpose: Purpose): OpenedSysout | null {
  try {
    return openSysout(bytesFile("mutated.sysout", bytes), { purpose });
  } catch (problem) {
    if (!(problem instanceof ImageError)) throw problem;
    expect(problem.message).toMatch(/^mutated\.sysout: byte \d+: .+: found .+, expected .+/);
    return null;
  }
}

/** What is right with every file that opens. */
function check(bytes: Uint8Array, opened: OpenedSysout): void {
  const { damage, memory, pages } = opened;
  expect(damage.items.length).toBe(Math.min(damage.total, MAX_DAMAGE_ITEMS));
  for (const { where, what, found, expected } of damage.items) {
    expect(Math.min(where.length, what.length, found.length, expected.length)).toBeGreaterThan(0);
  }
  expect(memory.sizeBytes).toBeLessThanOrEqual(MOST_BYTES);
  let written = 0;
  for (const piece of writeSysout(memory, pages)) written += piece.length;
  expect(written).toBe(bytes.length - (bytes.length % PAGE_BYTES));
}

function run(opened: OpenedSysout): string {
  try {
    const machine = startSysout(opened, { ports: quietPorts(), managerOptions: {} });
    machine.boot();
    return machine.run(SAFEPOINTS).kind;
  } catch (problem) {
    // What keeps it from starting, or from booting.
    if (problem instanceof ImageError || problem instanceof VmFault) return "not started";
    throw problem;
  }
}

test(`${CASES} mutated images end in a clear error or a session`, () => {
  const originals = bases();
  const outcomes = new Map<string, number>();
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  for (let seed = 0; seed < CASES; seed++) {
    const random = randomFrom(seed);
    const names = Array.from({ length: 1 + random(2) }, () => NAMES[random(NAMES.length)] as string);
    const original = originals[seed % originals.length] as Uint8Array;
    let bytes: Uint8Array = Uint8Array.from(original);
    for (const name of names) if (bytes.length > WHOLE) bytes = (MUTATIONS[name] as Mutation)(bytes, random);
    try {
      const before = process.memoryUsage().arrayBuffers;
      const inspected = open(bytes, "inspect");
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_BYTES + BESIDES);
      if (inspected !== null) check(bytes, inspected);
      count(inspected === null ? "refused" : inspected.damage.total === 0 ? "sound" : "damaged");
      const runnable = open(bytes, "run");
      if (runnable !== null) {
        expect(inspected).not.toBe(null);
        count(run(runnable));
      }
    } catch (problem) {
      throw new Error(`case ${seed}: ${names.join(", ")}: ${problem instanceof Error ? problem.stack : problem}`);
    }
  }
  // All ways out are taken: otherwise this test would not show much.
  for (const outcome of ["refused", "sound", "damaged", "finished", "slice", "failed", "not started"]) {
    expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(0);
  }
}, 180_000);
