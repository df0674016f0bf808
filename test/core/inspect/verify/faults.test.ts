/** Each fault that is put into a sound image is found, and named by the place where it is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit, PROBLEM_KINDS } from "../../../../core/inspect/audit/audit.ts";
import { verify } from "../../../../core/inspect/verify/verify.ts";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import {
  ATOM_HASH_BASE,
  FPTOVP_BASE,
  HTBIG_BASE,
  HTCOLL_BASE,
  HTMAIN_BASE,
  MDS_UNIT_WORDS,
  STACK_BASE,
  TYPE_CLOSURE,
  TYPE_FIXP,
  TYPE_LISTP,
  TYPE_ONED_ARRAY,
  TYPE_TABLE_BASE,
} from "../../../../core/memory/layout.ts";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { frameChain } from "../../../../core/objects/code/frames.ts";
import { carCell, freeConsOffsets } from "../../../../core/objects/cons.ts";
import { DTD_FREE, DTD_POINTERS, dtdAddress } from "../../../../core/objects/dtd.ts";
import { isSmall } from "../../../../core/objects/immediates.ts";
import { characterCodes, findSymbol, symbolHash } from "../../../../core/objects/symbols.ts";
import { isCounted } from "../../../../core/objects/types.ts";
import { copyOfSound, soundImage } from "../../../support/images/faulty-image.ts";

const sound = soundImage();
const small = (n: number) => 0xe0000 + n;
const PLACES = 5;

/** One of several, by a random number. */
type Pick = <T>(from: readonly T[]) => T;
/** What has to be found: by a check of verify, or as a kind of problem of the audit; at one of these addresses. */
interface Expected {
  readonly by: string;
  readonly at: readonly number[];
}
type Fault = (memory: VirtualMemory, pick: Pick) => Expected;

const counted = (type: number) => (sound.objects.get(type) ?? []).filter((object) => isCounted(sound.memory, object));
const conses = counted(TYPE_LISTP);
const used = sound.blocks.filter((block) => block.isInUse && isCounted(sound.memory, block.data));
const linked = [...sound.tiling.free].filter(([header, cells]) => cells >= 4 && isCounted(sound.memory, header + 2));
const unitsOf = (type: number) => sound.map.types.get(type)?.units ?? [];
const entryOf = (unit: number) => TYPE_TABLE_BASE + (unit >> 9);
const link = (pair: number) => (pair - HTCOLL_BASE) / 2;
const hasEntry = (object: number) => sound.memory.cell(HTMAIN_BASE + (object & 0xfffe)) !== 0;

/** Free objects of a type, in the order of the chain. */
function freeChain(memory: VirtualMemory, type: number): number[] {
  const members: number[] = [];
  for (let at = memory.pointer(dtdAddress(type) + DTD_FREE); at !== 0; at = memory.pointer(at)) members.push(at);
  return members;
}
const frames = frameChain(sound.memory, sound.memory.word(interfaceWord(IFPAGE.currentFx)), 100);
const consPages = unitsOf(TYPE_LISTP).flatMap((unit) => [unit, unit + 256]);

const FAULTS: Readonly<Record<string, Fault>> = {
  "a lost ADDREF": (memory, pick) => {
    const holder = pick(conses.filter((cons) => isSmall(memory.pointer(carCell(memory, cons)))));
    const object = pick(counted(TYPE_ONED_ARRAY));
    memory.setPointer(carCell(memory, holder), object);
    return { by: "below", at: [object] };
  },
  "a doubled DELREF": (memory, pick) => {
    const object = pick(conses.filter((cons) => !hasEntry(cons)));
    memory.setCell(HTMAIN_BASE + (object & 0xfffe), (object >>> 15) & 0x1ffe);
    return { by: "below", at: [object] };
  },
  "a lost DELREF": (memory, pick) => {
    const main = pick(sound.entries);
    memory.setCell(main, memory.cell(main) + 0x20000);
    const entry = memory.cell(main);
    return { by: "above", at: [((entry & 0x1ffe) << 15) | (main - HTMAIN_BASE)] };
  },
  "an overwritten block header": (memory, pick) => {
    const { header } = pick(sound.blocks);
    memory.setCell(header, 0xdeadbeef);
    return { by: "array-blocks", at: [header] };
  },
  "a block header with another length": (memory, pick) => {
    // Where the next block's header reads like the trailer of the longer block, the fault lies one block further on.
    const isPlain = (block: (typeof sound.blocks)[number]) =>
      memory.cell(block.header + 2 * block.cells) !== memory.cell(block.header) + 1;
    const { header } = pick(sound.blocks.filter(isPlain));
    memory.setCell(header, memory.cell(header) + 1);
    return { by: "array-blocks", at: [header] };
  },
  "a broken trailer": (memory, pick) => {
    const { trailer } = pick(sound.blocks.filter(({ cells }) => cells > 1));
    memory.setCell(trailer, 0x00e00007);
    return { by: "array-blocks", at: [trailer] };
  },
  "a block that is in use, but says that it is free": (memory, pick) => {
    const { header, trailer } = pick(used.filter(({ content }) => content === 0));
    memory.setCell(header, memory.cell(header) & ~0x10000);
    memory.setCell(trailer, memory.cell(trailer) & ~0x10000);
    return { by: "free-blocks", at: [header] };
  },
  "a free block that is on no list": (memory, pick) => {
    const [header] = pick(linked.filter(([block]) => memory.pointer(block + 2) !== block));
    const next = memory.pointer(header + 2);
    const previous = memory.pointer(header + 4);
    memory.setCell(next + 4, previous);
    memory.setCell(previous + 2, next);
    const heads = memory.pointer(variable(memory, "\\FREEBLOCKBUCKETS"));
    for (let head = heads; head < heads + 62; head += 2)
      if (memory.pointer(head) === header) memory.setCell(head, next);
    return { by: "free-blocks", at: [header] };
  },
  "a ring of free blocks that leads astray": (memory, pick) => {
    const [header] = pick(linked);
    memory.setCell(header + 2, pick(used).header as number);
    return { by: "free-blocks", at: [header + 2] };
  },
  "a live object on the free chain of its type": (memory, pick) => {
    const type = pick([TYPE_FIXP, TYPE_CLOSURE, TYPE_ONED_ARRAY]);
    const object = pick(counted(type));
    const head = dtdAddress(type) + DTD_FREE;
    memory.setCell(object, memory.cell(head));
    memory.setCell(head, object);
    return { by: "free-cells", at: [object] };
  },
  "a live cons on the free chain of its page": (memory, pick) => {
    // A cons that CDR codes of others do not lead to, so that only references show it.
    const cons = pick(conses.filter((at) => memory.cell(at) >>> 28 === 8 && !conses.includes(at - 2)));
    const page = cons & ~0xff;
    const offset = cons & 0xff;
    const chain = [...freeConsOffsets(memory, page >> 8), offset].sort((a, b) => (b ^ 6) - (a ^ 6));
    for (const [i, at] of chain.entries()) {
      memory.setByte(2 * (page + at), chain[i + 1] ?? 0);
    }
    memory.setWord(page + 4, (chain.length << 8) | (chain[0] ?? 0));
    return { by: "free-cells", at: [cons] };
  },
  "a looped free chain of a type": (memory, pick) => {
    const type = pick([TYPE_FIXP, TYPE_CLOSURE, TYPE_ONED_ARRAY]);
    const members = freeChain(memory, type);
    const from = 1 + (pick([...members.keys()]) % (members.length - 1));
    memory.setCell(members[from] as number, pick(members.slice(0, from)));
    return { by: "free-chains", at: [members[from] as number] };
  },
  "a looped free chain of a cons page": (memory, pick) => {
    const page = pick(consPages.filter((base) => freeConsOffsets(memory, base >> 8).length > 1));
    const offsets = freeConsOffsets(memory, page >> 8);
    const last = page + (offsets.at(-1) ?? 0);
    memory.setByte(2 * last, pick(offsets));
    return { by: "cons-pages", at: [last] };
  },
  "a looped chain of cons pages": (memory, pick) => {
    const chained = consPages.filter((base) => memory.cell(base + 6) !== 0xffffffff);
    const page = pick(chained);
    memory.setCell(page + 6, page >> 8);
    return { by: "cons-pages", at: [page + 6] };
  },
  "a cons page that is counted wrong": (memory, pick) => {
    const page = pick(consPages);
    memory.setByte(2 * (page + 4), (memory.byte(2 * (page + 4)) + 1) & 0x7f);
    return { by: "cons-pages", at: [page + 4] };
  },
  "a type entry that is crossed with that of conses": (memory, pick) => {
    const [from, to] = pick([
      [TYPE_LISTP, TYPE_FIXP],
      [TYPE_LISTP, TYPE_ONED_ARRAY],
      [TYPE_FIXP, TYPE_LISTP],
      [TYPE_CLOSURE, TYPE_LISTP],
    ] as const);
    const unit = pick(unitsOf(from));
    memory.setWord(entryOf(unit), sound.memory.word(entryOf(pick(unitsOf(to)))));
    return { by: "type-table", at: [entryOf(unit)] };
  },
  "a type entry that is crossed with another one": (memory, pick) => {
    const types = [TYPE_FIXP, TYPE_CLOSURE, TYPE_ONED_ARRAY];
    const from = pick(types);
    const to = pick(types.filter((type) => type !== from));
    const unit = pick(unitsOf(from));
    memory.setWord(entryOf(unit), sound.memory.word(entryOf(pick(unitsOf(to)))));
    return { by: "type-table", at: [entryOf(unit)] };
  },
  "a type entry that does not exist": (memory, pick) => {
    const unit = pick([...unitsOf(TYPE_LISTP), ...unitsOf(TYPE_ONED_ARRAY)]);
    memory.setWord(entryOf(unit), pick([0x0123, 0x8123, 0x4005]));
    return { by: "type-table", at: [entryOf(unit)] };
  },
  "a frame whose function is torn": (memory, pick) => {
    const frame = pick(frames);
    memory.setCell(STACK_BASE + frame.offset + 2, pick([small(7), conses[0] as number]));
    return { by: "stack", at: [STACK_BASE + frame.offset + 2] };
  },
  "a frame whose caller is torn": (memory, pick) => {
    const frame = pick(frames.filter(({ caller }) => caller !== null));
    memory.setWord(STACK_BASE + frame.offset + 1, frame.offset + 4);
    return { by: "stack", at: [STACK_BASE + frame.offset + 1] };
  },
  "a frame that ends elsewhere": (memory, pick) => {
    const frame = pick(frames);
    memory.setWord(STACK_BASE + frame.offset + 4, pick([2, 0xfffe]));
    return { by: "stack", at: [STACK_BASE + frame.offset, STACK_BASE + frame.offset + 4] };
  },
  "a basic frame that is torn": (memory, pick) => {
    const frame = pick(frames);
    const at = STACK_BASE + frame.basicFrame;
    memory.setWord(at + 1, memory.word(at + 1) - 6);
    return { by: "stack", at: [at] };
  },
  "callers that run in a circle": (memory, pick) => {
    const [top, ...others] = frames;
    const bottom = others.at(-1)?.offset ?? 0;
    memory.setWord(STACK_BASE + bottom + 1, pick([top?.offset ?? 0, bottom]) + 10);
    return { by: "stack", at: [STACK_BASE + bottom + 1] };
  },
  "a hole in the page table": (memory, pick) => {
    const page = pick([...consPages, ...unitsOf(TYPE_ONED_ARRAY), HTMAIN_BASE, TYPE_TABLE_BASE]) >> 8;
    memory.setCell(FPTOVP_BASE + 2 * filePageOf(memory, page), 0xffffffff);
    return { by: "page-map", at: [page << 8] };
  },
  "a page that is listed twice": (memory, pick) => {
    const [first, second] = [pick(consPages) >> 8, pick(unitsOf(TYPE_ONED_ARRAY)) >> 8].map((page) =>
      filePageOf(memory, page),
    );
    memory.setCell(FPTOVP_BASE + 2 * (second ?? 0), memory.cell(FPTOVP_BASE + 2 * (first ?? 0)));
    return { by: "page-map", at: [FPTOVP_BASE + 2 * (first ?? 0), FPTOVP_BASE + 2 * (second ?? 0)] };
  },
  "a page table entry outside the image": (memory, pick) => {
    const cell = FPTOVP_BASE + 2 * filePageOf(memory, pick(consPages) >> 8);
    memory.setCell(cell, pick([0x7ffff, 0x123456]));
    return { by: "page-map", at: [cell] };
  },
  "wrong pointer offsets of a type": (memory, pick) => {
    const type = pick([TYPE_CLOSURE, TYPE_ONED_ARRAY]);
    const list = memory.pointer(dtdAddress(type) + DTD_POINTERS);
    memory.setPointer(carCell(memory, list), pick([small(1), small(2), small(64), 0]));
    return { by: "type-descriptors", at: [dtdAddress(type) + DTD_POINTERS] };
  },
  "a symbol that is missing in the hash table": (memory, pick) => {
    const name = pick(
      ["kept", "shared", "item", "deep", "\\ARRAYSPACE", "CONS"].filter((text) => findSymbol(memory, text) !== null),
    );
    const symbol = findSymbol(memory, name) as number;
    for (let slot = ATOM_HASH_BASE; slot < ATOM_HASH_BASE + 0x10000; slot++) {
      // Taken for another symbol, so that probes go on: only this symbol is lost.
      if (memory.word(slot) === symbol + 1) memory.setWord(slot, 1);
    }
    return { by: "symbols", at: [ATOM_HASH_BASE + symbolHash(characterCodes(name))] };
  },
  "a stack bit that was left on": (memory, pick) => {
    const main = pick(sound.entries);
    memory.setCell(main, memory.cell(main) | 0x10000);
    return { by: "count-tables", at: [main] };
  },
  "an entry with count 1": (memory, pick) => {
    const object = pick(conses.filter((cons) => !hasEntry(cons)));
    const main = HTMAIN_BASE + (object & 0xfffe);
    memory.setCell(main, 0x20000 | ((object >>> 15) & 0x1ffe));
    return { by: "count-tables", at: [main] };
  },
  "a collision chain in a circle": (memory, pick) => {
    const { pairs } = pick(sound.chains);
    const last = (pairs.at(-1) ?? 0) + 2;
    memory.setCell(last, link(pick(pairs)));
    return { by: "count-tables", at: [last] };
  },
  "a collision pair in two chains": (memory, pick) => {
    const [first, second] = [pick(sound.chains.slice(0, 40)), pick(sound.chains.slice(40))];
    const from = (first.pairs.at(-1) ?? 0) + 2;
    memory.setCell(from, link(pick(second.pairs)));
    // Whichever chain comes to the pair second shows it.
    return { by: "count-tables", at: [from, second.main, ...second.pairs.map((pair) => pair + 2)] };
  },
  "a collision pair that is in a chain and free": (memory, pick) => {
    memory.setCell(HTCOLL_BASE, link(pick(pick(sound.chains).pairs)));
    return { by: "count-tables", at: [HTCOLL_BASE] };
  },
  "a collision pair that is lost": (memory, pick) => {
    const { main, pairs } = pick(sound.chains);
    const [first, second] = pairs as [number, number];
    memory.setCell(main, memory.cell(first));
    memory.setCell(first, 0);
    return { by: "count-tables", at: [first, second] };
  },
  "a big count without an entry": (memory, pick) => {
    memory.setCell(HTBIG_BASE + 4, pick(conses.filter((cons) => !hasEntry(cons))));
    memory.setCell(HTBIG_BASE + 6, 40000);
    return { by: "count-tables", at: [HTBIG_BASE + 4] };
  },
  "a big count that is lost": (memory) => {
    const object = memory.pointer(HTBIG_BASE);
    memory.setCell(HTBIG_BASE, 0x4c);
    // That is how the reference VM reloads images: worth a note.
    return { by: "count-tables", at: [HTMAIN_BASE + (object & 0xfffe), ...sound.chains.flatMap(({ pairs }) => pairs)] };
  },
  "a count of a free object": (memory, pick) => {
    const object = pick(freeChain(memory, TYPE_ONED_ARRAY).filter((free) => !hasEntry(free)));
    memory.setCell(HTMAIN_BASE + (object & 0xfffe), 0x40000 | ((object >>> 15) & 0x1ffe));
    return { by: "free-cells", at: [object] };
  },
  "code with an opcode that is not assigned": (memory, pick) => {
    const codes = sound.blocks.filter(({ content, isInUse }) => isInUse && content === 2);
    const { data } = pick(codes);
    const start = 2 * data + memory.word(data + 3);
    memory.setByte(start, 0x25);
    return { by: "code", at: [start >> 1] };
  },
  "an interface page without its key": (memory) => {
    memory.setWord(interfaceWord(IFPAGE.key), 0);
    return { by: "interface-page", at: [interfaceWord(IFPAGE.key)] };
  },
};

function variable(memory: VirtualMemory, name: string): number {
  return 0x2c0000 + 10 * (findSymbol(memory, name) ?? 0) + 2;
}
function filePageOf(memory: VirtualMemory, page: number): number {
  const active = memory.cell(interfaceWord(IFPAGE.activePagesCell));
  for (let filePage = 1; filePage <= active; filePage++)
    if (memory.cell(FPTOVP_BASE + 2 * filePage) === page) return filePage;
  throw new RangeError(`page ${page} is in no file page`);
}

describe("a sound image with", () => {
  test("no fault has no finding", () => {
    const view = copyOfSound();
    expect(verify(view).findings.filter(({ severity }) => severity !== "note")).toEqual([]);
    expect(audit(view)).toMatchObject({ unchecked: null, problems: [], lost: [] });
    expect(unitsOf(TYPE_LISTP).every((unit) => unit % MDS_UNIT_WORDS === 0)).toBe(true);
  });

  test.each(Object.entries(FAULTS))("%s is found and named, wherever it is", (_, fault) => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const view = copyOfSound();
        const pick: Pick = (from) => {
          const { value } = numbers.next();
          if (from.length === 0) throw new RangeError("nothing to choose from");
          return from[value % from.length] as (typeof from)[number];
        };
        const { by, at } = fault(view.memory, pick);
        const isOfAudit = PROBLEM_KINDS.some((kind) => kind === by);
        const places = isOfAudit
          ? audit(view).problems.map((problem) => ({ by: problem.kind as string, at: problem.object }))
          : verify(view).findings.map((finding) => ({ by: finding.check, at: finding.address }));
        const named = places.filter((place) => place.by === by && at.includes(place.at ?? -1));
        expect({ by, at, places: named.length === 0 ? places : [] }).toEqual({ by, at, places: [] });
      }),
      { numRuns: PLACES },
    );
  });
});
