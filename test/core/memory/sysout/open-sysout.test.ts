/** Opening image files: good ones, damaged ones, and files that are none. Every row of the memory specification, section 6.7. */
import { describe, expect, test } from "vitest";
import { ImageError } from "../../../../core/base/errors.ts";
import { IFPAGE, INTERFACE_FIELDS, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { FPTOVP_BASE, PAGE_BYTES, STACK_BASE } from "../../../../core/memory/layout.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { type OpenedSysout, type OpenOptions, openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { PAGE_ABSENT } from "../../../../core/memory/virtual-memory.ts";
import { golden } from "../../../support/golden/golden.ts";
import { miniBytes, miniFile } from "../../../support/images/mini-sysout.ts";

const FILE_PAGES = 1313;
const TABLE = 2 * PAGE_BYTES;

/** The image of the golden data, changed. */
function changed(change: (view: DataView, bytes: Uint8Array) => Uint8Array | undefined): Uint8Array {
  const bytes = miniBytes();
  return change(new DataView(bytes.buffer), bytes) ?? bytes;
}
function setWord(field: number, value: number) {
  return changed((view) => void view.setUint16(PAGE_BYTES + 2 * field, value));
}
function setCell(field: number, value: number) {
  return changed((view) => void view.setUint32(PAGE_BYTES + 2 * field, value));
}
function setEntry(filePage: number, page: number) {
  return changed((view) => void view.setUint32(TABLE + 4 * filePage, page));
}

function open(bytes: Uint8Array, options: OpenOptions): OpenedSysout | ImageError {
  try {
    return openSysout(bytesFile("test.sysout", bytes), options);
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
}
/** What a look at it says is wrong, a line each. */
function damageOf(bytes: Uint8Array): string[] {
  const opened = open(bytes, { purpose: "inspect" });
  if (opened instanceof ImageError) throw opened;
  expect(opened.damage.total).toBe(opened.damage.items.length);
  return opened.damage.items.map(
    ({ where, offsetBytes, what, found, expected }) =>
      `${offsetBytes ?? "-"} ${where}: ${what}: found ${found}, expected ${expected}`,
  );
}
function refusal(bytes: Uint8Array, options: OpenOptions = { purpose: "run" }): string {
  const refused = open(bytes, options);
  if (refused instanceof ImageError) return refused.message;
  throw new Error("it was opened");
}

describe("a good image", () => {
  test("opens without damage for both purposes, each page at its place", () => {
    for (const purpose of ["inspect", "run"] as const) {
      const { memory, damage, header, pages } = openSysout(miniFile(), { purpose });
      expect(damage).toMatchObject({ items: [], total: 0 });
      expect(header).toMatchObject({ lversion: 35010, activePages: FILE_PAGES, fptovpStart: 3, processSizeMB: 64 });
      expect(pages).toMatchObject({ count: FILE_PAGES, tableStart: 3, lost: 0 });
      expect(memory.sizeBytes).toBe(64 << 20);
      expect(memory.word(interfaceWord(IFPAGE.key))).toBe(0x15e3);
      const bytes = miniBytes();
      for (let filePage = 2; filePage <= pages.count; filePage++) {
        const page = pages.entries[filePage] as number;
        const inFile = bytes.subarray((filePage - 1) * PAGE_BYTES, filePage * PAGE_BYTES);
        expect(Buffer.compare(memory.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES), inFile)).toBe(0);
      }
    }
  });
  test("marks pages that are not in the file as absent when it is looked at, and not when it is to run", () => {
    const inspected = openSysout(miniFile(), { purpose: "inspect" }).memory;
    expect([inspected.pageFlags[0x100], inspected.pageFlags[0x1000]]).toEqual([0, PAGE_ABSENT]);
    const runnable = openSysout(miniFile(), { purpose: "run" }).memory;
    expect(runnable.pageFlags.every((flag) => flag === 0)).toBe(true);
  });
  test("has the size that the caller asks for, or that it names, or 64 MB", () => {
    const size = (bytes: Uint8Array, megabytes?: number) => {
      const opened = open(bytes, megabytes === undefined ? { purpose: "run" } : { purpose: "run", megabytes });
      return opened instanceof ImageError ? opened.message : opened.memory.sizeBytes >> 20;
    };
    expect(size(miniBytes(), 16)).toBe(16);
    expect(size(setCell(IFPAGE.processSizeCell, 32))).toBe(32);
    expect(size(setCell(IFPAGE.processSizeCell, 0))).toBe(64);
  });
  test("tells its progress up to the end", () => {
    const told: number[] = [];
    openSysout(miniFile(), { purpose: "inspect", onProgress: (done, total) => told.push(done, total) });
    expect(told.slice(-2)).toEqual([FILE_PAGES * PAGE_BYTES, FILE_PAGES * PAGE_BYTES]);
  });
});

describe("files that are no image of this machine are refused for both purposes", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["empty", new Uint8Array(0), /byte 0: file: it is empty/],
    [
      "a few bytes",
      new Uint8Array(687),
      /byte 687: file: it ends before the interface page does: found 687 bytes, expected at least 688/,
    ],
    [
      "text",
      new TextEncoder().encode("(define x 1)\n".repeat(200)),
      /no Interlisp image.*found 0x2031, expected 0x15E3/,
    ],
    ["zeros", new Uint8Array(100_000), /no Interlisp image/],
    ["cells swapped", changed((view) => swap(view, 4)), /byte 540: .*another byte order.*4-byte cell/],
    ["words swapped", changed((view) => swap(view, 2)), /byte 542: .*another byte order.*2-byte word/],
    ["release 115", older(15000, 16), /release 115 \(Medley 1\.15\).*lversion 15000: 16-bit.*350/],
    ["release 200", older(20000, 16), /release 200 \(Medley 2\.0\)/],
    ["release 201", older(20100, 16), /release 201 \(Medley 2\.01\)/],
    ["release 210", older(21000, 32), /release 210 .*lversion 21000: 32-bit/],
    ["release 300", older(30000, 32), /release 300/],
    ["an older map with a version of ours", older(40000, 16), /release 300 or earlier.*lversion 40000: 16-bit/],
  ])("%s", (_, bytes, message) => {
    expect(refusal(bytes, { purpose: "inspect" })).toMatch(message);
    expect(refusal(bytes, { purpose: "run" })).toMatch(message);
    expect(refusal(bytes)).toMatch(/^test\.sysout: byte \d+: /);
  });
});

function swap(view: DataView, unit: 2 | 4): undefined {
  for (let i = 0; i < view.byteLength; i += unit) {
    if (unit === 4) view.setUint32(i, view.getUint32(i), true);
    else view.setUint16(i, view.getUint16(i), true);
  }
}
/** The beginning of an image of an older release. */
function older(lversion: number, entryBits: 16 | 32): Uint8Array {
  const bytes = new Uint8Array(8 * PAGE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(PAGE_BYTES + 2 * IFPAGE.lversion, lversion);
  view.setUint16(PAGE_BYTES + 2 * IFPAGE.key, 0x15e3);
  view.setUint16(PAGE_BYTES + 2 * IFPAGE.fptovpStart, 4);
  if (entryBits === 16) view.setUint16(3 * PAGE_BYTES + 4, 0x600);
  else view.setUint32(3 * PAGE_BYTES + 8, 0x600);
  return bytes;
}

/** Name, file, what is listed as damage; all of them keep the image from running. */
const rejected: readonly [string, () => Uint8Array, RegExp][] = [
  ["too old", () => setWord(IFPAGE.lversion, 35009), /^528 .*lversion\): found 35009, expected 35010 or more/],
  ["too new", () => setWord(IFPAGE.minbversion, 35011), /^532 .*minbversion\): found 35011, expected 35010 or less/],
  ["a wrong key", () => setWord(IFPAGE.key, 0x15e2), /^542 .*key.*found 0x15E2, expected 0x15E3/],
  [
    "truncated",
    () => miniBytes().subarray(0, 1300 * PAGE_BYTES),
    /^676 .*shorter.*found 1313 pages in use, expected 1300/,
  ],
  ["longer than it says", () => setCell(IFPAGE.activePagesCell, 1300), /^676 .*longer.*found 1300 .*expected 1313/],
  [
    "nactivepages beyond any table",
    () => setCell(IFPAGE.activePagesCell, 0x80000000),
    /^676 .*shorter.*found 2147483648/,
  ],
  [
    "no table start",
    () => setWord(IFPAGE.fptovpStart, 0),
    /^630 page table: it is not where.*found file page 0 of 1313, expected file page 3/,
  ],
  [
    "a table start elsewhere",
    () => setWord(IFPAGE.fptovpStart, 700),
    /^630 .*found file page 700, which holds something else/,
  ],
  ["a table start outside", () => setWord(IFPAGE.fptovpStart, 60000), /^630 .*found file page 60000 of 1313/],
  [
    "a page outside",
    () => setEntry(1000, 0x80000),
    /^511488 file page 1000: .*found virtual page 0x80000, expected below 0x20000/,
  ],
  [
    "a page behind process_size",
    () => setEntry(1000, 0x20000),
    /^511488 file page 1000: .*process_size\): found 1 pages, expected none behind 64 MB/,
  ],
  [
    "interface page listed elsewhere",
    () => setEntry(2, 0x2f10),
    /^1032 page table: its entry for file page 2.*found virtual page 0x2F10, expected virtual page 0x1400/,
  ],
  ["interface page not listed", () => setEntry(2, 0xffffffff), /^1032 .*found an unused page/],
  [
    "an impossible size",
    () => setCell(IFPAGE.processSizeCell, 257),
    /^684 .*process_size\): found 257 MB, expected 6 to 256 MB/,
  ],
  [
    "no free block",
    () => damagedFreeBlock(),
    /^\d+ stack: no free block follows the frame at stack offset 0x200.*found 0x0/,
  ],
];

function damagedFreeBlock(): Uint8Array {
  return changed((view) => {
    const stack = (miniPageOf(STACK_BASE >> 8) - 1) * PAGE_BYTES;
    const next = view.getUint16(stack + 2 * (view.getUint16(PAGE_BYTES) + 4));
    view.setUint16(stack + 2 * next, 0);
  });
}
function miniPageOf(page: number): number {
  return openSysout(miniFile(), { purpose: "inspect" }).pages.entries.indexOf(page);
}

describe("an image that must not run opens to look at, with its damage", () => {
  test.each(rejected)("%s", (_, bytes, damage) => {
    const listed = damageOf(bytes());
    expect(listed.join("\n")).toMatch(new RegExp(damage, "m"));
    expect(refusal(bytes())).toMatch(/: byte \d+: .*: found .*, expected .*mode "inspect"/);
  });
  test("a size that does not suit is refused to who asks for it", () => {
    const megabytes = (asked: number, bytes = miniBytes()) => refusal(bytes, { purpose: "run", megabytes: asked });
    expect(megabytes(7)).toMatch(/found 7 MB, expected 8 to 256 MB/);
    expect(megabytes(257)).toMatch(/found 257 MB/);
    expect(megabytes(32, setWord(IFPAGE.storageFullState, 3))).toMatch(/expected 64 MB, because the second heap area/);
  });
});

describe("damage that does not matter to a machine", () => {
  test("a size that is no multiple of a page", () => {
    const bytes = new Uint8Array(FILE_PAGES * PAGE_BYTES + 7);
    bytes.set(miniBytes());
    expect(damageOf(bytes)).toEqual([
      "672256 file: its size is no multiple of 512: the last page is cut off, or something follows it: found 7 bytes behind page 1313, expected whole pages",
    ]);
    expect(open(bytes, { purpose: "run" })).toMatchObject({ damage: { total: 1 } });
  });
  test("a page that is there twice, with different content", () => {
    // File page 1312 holds a page of the heap: say that 1313 does too.
    const page = openSysout(miniFile(), { purpose: "inspect" }).pages.entries[1312] as number;
    const bytes = changed((view, all) => {
      view.setUint32(TABLE + 4 * 1313, page);
      all.copyWithin(1312 * PAGE_BYTES, 1311 * PAGE_BYTES, 1312 * PAGE_BYTES);
    });
    const about = (lines: string[]) => lines.filter((line) => line.includes("twice"));
    expect(about(damageOf(bytes))).toEqual([]);
    bytes[1312 * PAGE_BYTES + 5] = 0xaa;
    expect(about(damageOf(bytes))).toEqual([expect.stringMatching(/^671749 file page 1313: .*found 0xAA at byte 5/)]);
    const opened = openSysout(bytesFile("x", bytes), { purpose: "run" });
    expect(opened.memory.bytes[page * PAGE_BYTES + 5]).toBe(0xaa);
  });
  test("a table whose copy in memory differs", () => {
    // The copy is what the entries for the table's own pages bring into memory: another page of the file.
    const bytes = setEntry(13, 0x20b);
    expect(damageOf(bytes)[0]).toMatch(/^\d+ page table: its copy in memory differs in \d+ entries/);
    expect(damageOf(bytes).join("\n")).toMatch(/page table: pages are not in the file.*1 missing.*0x20A/);
  });
  test("holes", () => {
    const filePage = miniPageOf(0x1601);
    const bytes = setEntry(filePage, 0xffffffff);
    bytes[filePage * PAGE_BYTES - 1] = 1;
    expect(damageOf(bytes)).toEqual([
      "- main table of reference counts: pages are not in the file, and read as zeros: found 1 missing, the first is virtual page 0x1601, expected each page that is in use",
      expect.stringMatching(/^\d+ file page \d+: pages have content, but .*: found 1 pages/),
    ]);
  });
});

test("a run of pages that begins with a copy of a page goes on with new ones", () => {
  // File page 1309 holds 0x3401. Now 1310 does too, and 1311 holds the page behind it.
  const bytes = changed((view, all) => {
    view.setUint32(TABLE + 4 * 1310, 0x3401);
    view.setUint32(TABLE + 4 * 1311, 0x3402);
    all.fill(0x77, 1310 * PAGE_BYTES, 1311 * PAGE_BYTES);
  });
  const { memory, damage } = open(bytes, { purpose: "inspect" }) as OpenedSysout;
  expect(memory.pageFlags.subarray(0x3401, 0x3404)).toEqual(Uint8Array.of(0, 0, PAGE_ABSENT));
  const content = (page: number) => memory.bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  expect(Buffer.compare(content(0x3402), bytes.subarray(1310 * PAGE_BYTES, 1311 * PAGE_BYTES))).toBe(0);
  expect(damage.items.filter(({ what }) => what.includes("twice")).map(({ where }) => where)).toEqual([
    "file page 1310",
  ]);
});

test("what follows the pages in use is no page of memory", () => {
  const bytes = new Uint8Array((FILE_PAGES + 10) * PAGE_BYTES).fill(0xaa);
  bytes.set(miniBytes());
  const { memory, pages, damage } = open(bytes, { purpose: "inspect" }) as OpenedSysout;
  expect(memory.pageFlags[0]).toBe(PAGE_ABSENT);
  expect(pages.entries[FILE_PAGES + 1]).toBe(0xffffffff);
  expect(damage.items.map(({ what, found }) => `${what}: ${found}`)).toEqual([
    "the file is longer than the image (nactivepages): 1313 pages in use",
    expect.stringMatching(/pages have content, .*: 10 pages$/),
  ]);
});

describe("recovery", () => {
  test("a table that is found elsewhere brings all pages into memory", () => {
    const sound = openSysout(miniFile(), { purpose: "inspect" }).memory;
    const { memory, pages } = open(setWord(IFPAGE.fptovpStart, 0), { purpose: "inspect" }) as OpenedSysout;
    expect(pages.tableStart).toBe(3);
    memory.setWord(interfaceWord(IFPAGE.fptovpStart), 3);
    expect(Buffer.compare(memory.bytes, sound.bytes)).toBe(0);
  });
  test("without a table the interface page is there, and nothing else", () => {
    const bytes = changed((_, all) => void all.fill(0, TABLE, TABLE + 11 * PAGE_BYTES));
    const { memory, pages, damage } = open(bytes, { purpose: "inspect" }) as OpenedSysout;
    expect(pages.tableStart).toBe(null);
    expect(memory.pageFlags.filter((flag) => flag === 0)).toHaveLength(1);
    expect(memory.word(interfaceWord(IFPAGE.key))).toBe(0x15e3);
    expect(damage.items[0]?.what).toMatch(/there is none in the file/);
  });
  test("an interface page that the table does not list is at its place", () => {
    const { memory } = open(setEntry(2, 0xffffffff), { purpose: "inspect" }) as OpenedSysout;
    expect(memory.word(interfaceWord(IFPAGE.key))).toBe(0x15e3);
  });
  test("of a file that is cut off, what is left is there, and the rest is absent and counted", () => {
    const opened = open(miniBytes().subarray(0, 1300 * PAGE_BYTES), { purpose: "inspect" }) as OpenedSysout;
    expect(opened.pages).toMatchObject({ count: 1300, lost: 13 });
    const all = openSysout(miniFile(), { purpose: "inspect" }).pages.entries;
    expect(opened.memory.pageFlags[all[1300] as number]).toBe(0);
    expect(opened.memory.pageFlags[all[1301] as number]).toBe(PAGE_ABSENT);
    expect(opened.memory.cell(FPTOVP_BASE + 2 * 1313)).toBe(all[1313]);
  });
});

test("the fields of the interface page are those of the reference VM", () => {
  interface Layout {
    readonly structs: { readonly IFPAGE: { readonly fields: readonly (readonly [string, number, number, number])[] } };
  }
  const expected = golden<Layout>("layout.json").structs.IFPAGE.fields.map(([name, cell, low, bits]) => ({
    name,
    word: 2 * cell + (bits === 16 && low === 0 ? 1 : 0),
    widthWords: bits / 16,
  }));
  const byWord = (a: { word: number }, b: { word: number }) => a.word - b.word;
  const listed = INTERFACE_FIELDS.map(({ name, word, widthWords }) => ({ name, word, widthWords }));
  expect(listed).toEqual(expected.toSorted(byWord));
  expect(INTERFACE_FIELDS.every(({ meaning }) => meaning.length > 0)).toBe(true);
});
