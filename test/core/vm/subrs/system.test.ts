/** Host calls of the Interlisp system besides files: clocks, surroundings, byte streams, symbols, checksums, and the array of arguments. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAIKO_SUBRS, type MaikoSubr } from "../../../../core/isa/maiko-subrs.ts";
import { packageProbe } from "../../../../core/objects/packages.ts";
import { characterCodes, findSymbol, symbolHash, valueCell } from "../../../../core/objects/symbols.ts";
import { makeVector } from "../../../../core/vm/image/datum.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { digest } from "../../../../core/vm/state/digest.ts";
import { Excursion } from "../../../../core/vm/state/excursion.ts";
import { HOST_CALLS } from "../../../../core/vm/subrs/table.ts";
import { charactersOf } from "../../../../host/characters.ts";
import { MemoryFiles } from "../../../support/images/memory-files.ts";
import { type Argument, HostCaller, NIL, small, T } from "../../../support/machine/host-call.ts";

const MISCSTATS = 0x140a00;
/** 2024-01-01, 00:00:00.25 in Greenwich. */
const NEW_YEAR = 1_704_067_200_250_000;

describe("clocks", () => {
  const clock = { now: () => NEW_YEAR, processorTime: () => 12_345_678, hoursWest: () => -1 };
  test.each([
    [0, ((1_704_067_200 + 2_177_452_800) * 1000 + 250) | 0],
    [1, 77],
    [2, 12_345],
    [3, 88],
    [4, (1_704_067_200 + 2_177_452_800) | 0],
    [5, 1_704_067_200 + 29_969_152],
    [6, 98],
    [7, 305],
    [8, -1],
    [9, 0],
  ])("number %i", (which, expected) => {
    const host = new HostCaller({ clock });
    host.machine.memory.setCell(MISCSTATS, 77);
    host.machine.memory.setCell(MISCSTATS + 16, 88);
    const box = host.box();
    expect(host.call("GETUNIXTIME", which, box)).toBe(box.pointer);
    expect(host.boxed(box)).toBe(expected);
    if (Math.abs(expected) < 0x10000) expect(host.call("GETUNIXTIME", which, null)).toBe(small(expected));
  });

  test("the statistics block is brought up to date and copied", () => {
    const host = new HostCaller({ clock });
    const { memory } = host.machine;
    memory.setCell(MISCSTATS + 4, 999);
    expect(host.call("COPYTIMESTATS", { pointer: MISCSTATS }, { pointer: 0x130000 })).toBe(NIL);
    const copy = Array.from({ length: 31 }, (_, i) => memory.signedCell(0x130000 + 2 * i));
    expect(copy[1]).toBe(12_345);
    expect(copy[2]).toBe(0);
    expect(copy[14]).toBe((1_704_067_200 + 2_177_452_800) | 0);
    expect(copy[18]).toBe(copy[14]);
    expect(copy).toEqual(Array.from({ length: 31 }, (_, i) => memory.signedCell(MISCSTATS + 2 * i)));
  });

  test("giving up the processor is possible for less than a second", () => {
    const host = new HostCaller();
    expect([5, 999_999_999, 1_000_000_000, -1, "x"].map((n) => host.call("YIELD", n))).toEqual([T, T, NIL, NIL, NIL]);
  });
});

describe("surroundings", () => {
  const environment = {
    variable: (name: string) => (name === "LANG" ? "de_DE" : null),
    parameter: (name: string) => (name === "MACH" ? "mc68020" : null),
    userName: () => "alonzo",
  };
  const answer = (subr: MaikoSubr, ...args: readonly Argument[]) => {
    const host = new HostCaller({ environment });
    const area = host.area(20);
    return [host.call(subr, ...args, area), host.areaText(area, 9).split("\0")[0]];
  };
  test("are asked by name and answered into a string", () => {
    expect(answer("UNIX-GETENV", "LANG")).toEqual([T, "de_DE"]);
    expect(answer("UNIX-GETENV", "HOME")[0]).toBe(NIL);
    expect(answer("UNIX-GETENV", "A".repeat(20))[0]).toBe(NIL);
    expect(answer("UNIX-GETENV", 5)[0]).toBe(NIL);
    expect(answer("UNIX-GETPARM", "MACH")).toEqual([T, "mc68020"]);
    expect(answer("UNIX-GETPARM", "DISPLAY")[0]).toBe(NIL);
    expect(answer("UNIX-USERNAME")).toEqual([T, "alonzo"]);
    expect(answer("UNIX-FULLNAME")[0]).toBe(NIL);
  });

  test("need room for the answer and the zero behind it", () => {
    const host = new HostCaller({ environment });
    expect(host.call("UNIX-USERNAME", host.area(6))).toBe(NIL);
    expect(host.call("UNIX-USERNAME", host.area(7))).toBe(T);
    expect(host.call("UNIX-USERNAME", { pointer: 0x130000 })).toBe(NIL);
  });

  test("the screen has the size that the port says", () => {
    const host = new HostCaller({ screen: { size: () => ({ width: 1200, height: 900 }) } });
    expect([host.call("DSP-SCREENWIDTH", 0), host.call("DSP-SCREENHEIGHT", 0)]).toEqual([small(1200), small(900)]);
  });
});

describe("byte streams", () => {
  function streams() {
    const files = new MemoryFiles({ "/in": "hello" });
    const host = new HostCaller({ files, characters: charactersOf(files) });
    return { files, host, error: host.box() };
  }
  test("are read byte by byte and in pieces, and say when there is nothing now", () => {
    const { host, error } = streams();
    const channel = host.call("CHAR-OPENFILE", "/in", 0, error) - small(0);
    expect(host.call("CHAR-BIN", channel, error)).toBe(small(0x68));
    const buffer = { pointer: 0x130000 };
    expect(host.call("CHAR-BINS", channel, buffer, 3, 100, error)).toBe(small(4));
    expect(Buffer.from(host.machine.memory.bytes.slice(0x260003, 0x260007)).toString()).toBe("ello");
    expect(host.call("CHAR-BIN", channel, error)).toBe(NIL);
    expect(host.boxed(error)).toBe(11);
    expect(host.call("CHAR-BINS", channel, buffer, 0, 10, error)).toBe(NIL);
    expect(host.call("CHAR-CLOSEFILE", channel, error)).toBe(T);
    expect(host.call("CHAR-CLOSEFILE", channel, error)).toBe(NIL);
    expect(host.boxed(error)).toBe(9);
  });

  test("are written", () => {
    const { host, error, files } = streams();
    const channel = host.call("CHAR-OPENFILE", "/out", 1, error) - small(0);
    expect(host.call("CHAR-BOUT", channel, 0x41, error)).toBe(T);
    host.machine.memory.setCell(0x130000, 0x42434445);
    expect(host.call("CHAR-BOUTS", channel, { pointer: 0x130000 }, 1, 3, error)).toBe(small(3));
    expect(files.text("/out")).toBe("ACDE");
    expect(host.call("CHAR-BOUTS", channel, { pointer: 0x130000 }, 0, -1, error)).toBe(NIL);
    expect(host.boxed(error)).toBe(22);
    expect(host.call("CHAR-OPENFILE", "/none", 0, error)).toBe(NIL);
    expect(host.boxed(error)).toBe(2);
    expect(host.call("CHAR-OPENFILE", "/in", 7, error)).toBe(NIL);
  });
});

describe("looking up", () => {
  test("WITH-SYMBOL finds a symbol by its characters, thin or fat, in a symbol table", () => {
    const host = new HostCaller();
    const { memory, manager } = host.machine;
    const name = "GCMESS";
    const codes = characterCodes(name);
    const symbol = findSymbol(memory, name) as number;
    const probe = packageProbe(codes.length, symbolHash(codes), 5);
    const symbols = makeVector(host.machine, 5, NIL);
    memory.setCell(memory.pointer(symbols) + 2 * probe.start, small(symbol));
    const hashes = makeVector(host.machine, 5, NIL);
    memory.setCell(hashes + 2, 3 << 16);
    memory.setByte(2 * memory.pointer(hashes) + probe.start, probe.entryHash);
    const table = { pointer: manager.allocateBlock(10, 0) };
    memory.setCell(table.pointer, manager.cons(symbols, NIL));
    memory.setCell(table.pointer + 2, manager.cons(hashes, NIL));
    for (const [i, code] of codes.entries()) {
      memory.setByte(2 * 0x130000 + 3 + i, code);
      memory.setWord(0x130100 + 2 + i, code);
    }
    const box = host.box();
    const lookUp = (base: number, offset: number, length: number, fat: Argument) =>
      host.call("WITH-SYMBOL", { pointer: base }, offset, length, fat, table, box);
    expect(lookUp(0x130000, 3, 6, null)).toBe(symbol);
    expect(host.boxed(box)).toBe(3);
    expect(lookUp(0x130100, 2, 6, true)).toBe(symbol);
    expect(lookUp(0x130000, 3, 5, null)).toBe(NIL);
    expect(host.boxed(box)).toBe(-1);
  });

  test("CHECK-SUM adds with carry and rotates", () => {
    const host = new HostCaller();
    host.machine.memory.setCell(0x130000, 0x8001_ffff);
    const words = { pointer: 0x130000 };
    // 0x8001 rotates to 0x0003; 0x0003 + 0xffff carries to 0x0003, which rotates to 0x0006.
    expect(host.call("CHECK-SUM", words, 1, null)).toBe(small(0x0003));
    expect(host.call("CHECK-SUM", words, 2, null)).toBe(small(0x0006));
    expect(host.call("CHECK-SUM", words, 0, 0xffff)).toBe(small(0));
    expect(host.call("CHECK-SUM", words, 0, 5)).toBe(small(5));
  });
});

describe("the system", () => {
  test("an interrupt is noted for Lisp", () => {
    const host = new HostCaller();
    expect(host.call("CAUSE-INTERRUPT", 0)).toBe(T);
    const pending = findSymbol(host.machine.memory, "\\PENDINGINTERRUPT") as number;
    expect(host.machine.memory.cell(valueCell(pending))).toBe(T);
  });

  test.each([
    [[0], 0],
    [[null, null], 0],
    [[null, 7], 7],
    [[null, "x"], 1],
    [[1, 2, 3], 1],
  ] as const)("LISPFINISH with %j ends with status %i", (args, status) => {
    for (const subr of ["LISPFINISH", "LISP-FINISH"] as const) {
      const host = new HostCaller();
      expect(host.prepare(subr, ...args).run(100)).toEqual({ kind: "finished", status });
    }
  });
});

describe("the array of arguments", () => {
  test("keeps what earlier calls left, but for the first place", () => {
    const host = new HostCaller();
    const box = host.box();
    host.call("GETUNIXTIME", 6, box);
    // One argument: the box of the call before is still there.
    expect(host.call("GETUNIXTIME", 7)).toBe(box.pointer);
    expect(host.boxed(box)).toBe(305);
    expect(host.machine.saveState().hostCalls.args[0]).toBe(small(7) | 0);
    // None: NIL in the first place, which is clock 0, and the box as before.
    expect(host.call("GETUNIXTIME")).toBe(box.pointer);
    expect(host.boxed(box)).toBe((2_177_452_800 * 1000) | 0);
  });

  test("is part of what makes two machines equal, and an excursion puts it back", () => {
    const host = new HostCaller();
    host.call("CHECKBCPLPASSWORD", 1, 2);
    const before = digest(host.machine);
    const excursion = Excursion.begin(host.machine);
    host.call("CHECKBCPLPASSWORD", 3, 4);
    const within = digest(host.machine);
    excursion.rollback();
    expect(within).not.toBe(before);
    expect(digest(host.machine)).toBe(before);
  });

  test("has room for 30", () => {
    const host = new HostCaller();
    expect(() => host.call("RAID", ...Array<number>(31).fill(1))).toThrow(/host call 15 with 31 arguments/);
    expect(host.call("RAID", ...Array<number>(30).fill(1))).toBe(NIL);
  });
});

describe("all numbers", () => {
  test("have an answer, or stop the machine by number, octal and name", () => {
    const host = new HostCaller();
    const { start } = { start: host.machine.saveState() };
    for (let number = 0; number < 224; number++) {
      const name = Object.entries(MAIKO_SUBRS).find(([, value]) => value === number)?.[0];
      const call = name === undefined ? "absent" : HOST_CALLS[name as MaikoSubr];
      if (typeof call === "function") continue;
      host.machine.restoreState(start);
      if (call === "absent") {
        const what = name === undefined ? `${number} (${number.toString(8)}Q)` : `${number.toString(8)}Q, ${name}`;
        expect(() => host.call(number, 1)).toThrow(what);
      }
    }
  });

  test("with whatever arguments never end in a JavaScript error", () => {
    const files = new MemoryFiles({ "/home/a.~1~": "x", "/home/a": "y" });
    const host = new HostCaller({ files, characters: charactersOf(files) });
    const strings = ["", "<", "{DSK}<home>a", "{UNIX}<home>*.*;*", "home>a;1", "..>..>'", "{DSK}", "~", "'", ";"];
    const argument = fc.oneof(
      fc.constant(null),
      fc.constant(true as const),
      fc.integer({ min: -70_000, max: 70_000 }),
      fc.integer(),
      fc.constantFrom(...strings),
      fc.string({ maxLength: 20 }),
      fc.integer({ min: 0, max: 0x0fffffff }).map((pointer) => ({ pointer })),
      fc.constantFrom(0x130000, 0x140a00, 0x10000, 0x2c0000, 0x8000000).map((pointer) => ({ pointer })),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.array(argument, { maxLength: 8 }), (number, args) => {
        const excursion = Excursion.begin(host.machine, { ...quietPorts(), files, characters: charactersOf(files) });
        try {
          host.call(number, ...args);
        } catch (problem) {
          // The caller throws what stopped the machine, as JSON.
          expect(String(problem)).toMatch(/^Error: (\{"kind":"(failed|finished|slice|event)"|the call left)/);
        } finally {
          excursion.rollback();
        }
      }),
      { numRuns: 1000 },
    );
  });
});
