/** What a machine changes in an image that it goes on with, and images that it cannot go on with. */
import { describe, expect, test } from "vitest";
import { ImageError } from "../../../../core/base/errors.ts";
import type { Pointer } from "../../../../core/base/units.ts";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { IOPAGE_BASE, MISCSTATS_BASE, SMALL_POSITIVE, T } from "../../../../core/memory/layout.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { type OpenedSysout, openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import { writeSysout } from "../../../../core/memory/sysout/write-sysout.ts";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { PAGE_VARIABLES } from "../../../../core/vm/image/box-page-numbers.ts";
import { startSysout } from "../../../../core/vm/image/start-sysout.ts";
import type { Machine } from "../../../../core/vm/machine.ts";
import { type Ports, quietPorts } from "../../../../core/vm/ports.ts";
import { miniFile } from "../../../support/images/mini-sysout.ts";
import { lispMachine } from "../../../support/lisp/lisp-machine.ts";

function opened(change: (opened: OpenedSysout) => void = () => {}, megabytes?: number): OpenedSysout {
  const sysout = openSysout(miniFile(), megabytes === undefined ? { purpose: "run" } : { purpose: "run", megabytes });
  change(sysout);
  return sysout;
}
function start(sysout: OpenedSysout, ports: Ports = quietPorts()): Machine {
  return startSysout(sysout, { ports, managerOptions: {} });
}
function variable({ memory }: { readonly memory: VirtualMemory }, name: string): Pointer {
  return memory.pointer(valueCell(findSymbol(memory, name) as number));
}

describe("an image that is started", () => {
  test("knows the size of its address space", () => {
    const { memory } = start(opened(undefined, 32));
    const word = (field: number) => memory.word(interfaceWord(field));
    const cell = (field: number) => memory.cell(interfaceWord(field));
    expect(cell(IFPAGE.processSizeCell)).toBe(32);
    expect(cell(IFPAGE.lastVmemPageCell)).toBe(65535);
    expect(word(IFPAGE.dl24BitAddressable)).toBe(0xffff);
    expect(memory.cell(variable({ memory }, "\\LASTVMEMFILEPAGE"))).toBe(65535);
    expect(memory.cell(variable({ memory }, "\\SecondMDSPage"))).toBe(65532);
  });
  test("has no second heap area in 16 MB or less", () => {
    const { memory } = start(opened(undefined, 16));
    expect(memory.word(interfaceWord(IFPAGE.dl24BitAddressable))).toBe(0);
  });
  test("knows its machine, its user and its time", () => {
    const ports: Ports = {
      ...quietPorts(),
      clock: { now: () => 1_000_000_250_000, processorTime: () => 42_000, hoursWest: () => 0 },
      environment: {
        variable: () => null,
        parameter: (name) => (name === "HOSTID" ? "74565" : null),
        userName: () => "someone".repeat(20),
      },
    };
    const sysout = opened(({ memory }) => memory.setWord(interfaceWord(IFPAGE.deviceConfiguration), 0xffff));
    const { memory } = start(sysout, ports);
    const word = (field: number) => memory.word(interfaceWord(field));
    expect(word(IFPAGE.machineType)).toBe(3);
    expect(word(IFPAGE.serialNumber)).toBe(0x2345);
    expect(word(IFPAGE.deviceConfiguration)).toBe(0xff97);
    expect(word(IFPAGE.userNameAddress)).toBe(0xda01);
    const name = memory.bytes.subarray(2 * 0xda01, 2 * 0xda01 + 64);
    expect(name[0]).toBe(63);
    expect(Buffer.from(name.subarray(1)).toString()).toBe("someone".repeat(9));
    expect(memory.cell(MISCSTATS_BASE)).toBe(((1_000_000 + 2177452800) * 1000 + 250) % 2 ** 32);
    expect(memory.cell(MISCSTATS_BASE + 2)).toBe(42);
    expect(memory.cell(MISCSTATS_BASE + 2 * 14)).toBe(1_000_000 + 2177452800);
  });
  test("has no user where nobody knows one", () => {
    const { memory } = start(opened());
    expect(memory.word(interfaceWord(IFPAGE.userNameAddress))).toBe(0);
  });
  test("finds all keys up, and forgets the interrupts and the full storage of its former life", () => {
    const box = MISCSTATS_BASE + 2 * 100;
    const sysout = opened(({ memory }) => {
      memory.setCell(valueCell(findSymbol(memory, "\\INTERRUPTSTATE") as number), box);
      memory.setCell(box, 0xffff_1234);
      memory.setCell(valueCell(findSymbol(memory, "\\STORAGEFULL") as number), T);
    });
    const machine = start(sysout);
    machine.boot();
    const { memory } = machine;
    expect(Array.from({ length: 8 }, (_, i) => memory.word(IOPAGE_BASE + 60 + i))).toEqual([
      0,
      ...Array(7).fill(0xffff),
    ]);
    expect(memory.cell(box)).toBe(0x1eff0000);
    expect(variable({ memory }, "\\STORAGEFULL")).toBe(0);
  });
  test("has boxes for its page numbers, which are counted", () => {
    const before = PAGE_VARIABLES.map((name) => variable(opened(), name));
    const sysout = opened(({ memory }) => {
      for (const name of PAGE_VARIABLES) {
        const cell = valueCell(findSymbol(memory, name) as number);
        memory.setCell(cell, SMALL_POSITIVE + (memory.cell(memory.pointer(cell)) & 0xffff));
      }
    });
    const numbers = PAGE_VARIABLES.map((name) => variable(sysout, name) - SMALL_POSITIVE);
    const machine = start(sysout);
    const boxes = PAGE_VARIABLES.map((name) => variable(machine, name));
    expect(new Set(boxes).size).toBe(PAGE_VARIABLES.length);
    expect(boxes).not.toEqual(before);
    // The free list of this image has no box left: they come from a new unit of two pages.
    numbers[PAGE_VARIABLES.indexOf("\\NxtMDSPage")] = (numbers[PAGE_VARIABLES.indexOf("\\NxtMDSPage")] as number) - 2;
    const set = { "\\SecondMDSPage": 131068, "\\LASTVMEMFILEPAGE": 131071 } as { readonly [name: string]: number };
    for (const [i, name] of PAGE_VARIABLES.entries()) {
      expect(machine.memory.cell(boxes[i] as number)).toBe(set[name] ?? numbers[i]);
      expect(machine.manager.counts?.countOf(boxes[i] as number)).toBe(1);
    }
  });
});

describe("an image that cannot be started", () => {
  test("lacks a symbol that the machine cannot do without", () => {
    const sysout = opened(({ memory }) => {
      const name = memory.pointer(valueCell(findSymbol(memory, "\\FREEBLOCKBUCKETS") as number) - 2);
      memory.setCell(name, 0);
    });
    expect(() => start(sysout)).toThrow(ImageError);
    expect(() => start(sysout)).toThrow(/^mini\.sysout: byte \d+: symbol \\FREEBLOCKBUCKETS: found none, .*inspect/);
  });
  test("uses a second heap area that would be elsewhere", () => {
    const sysout = opened();
    const header = { ...sysout.header, storageFullState: 4, lastVmemPage: 100 };
    expect(() => start({ ...sysout, header })).toThrow(/byte 672: .*found 131071, expected 100/);
  });
  test("has a box outside of memory", () => {
    const sysout = opened(({ memory }) => {
      memory.setCell(valueCell(findSymbol(memory, "\\NxtMDSPage") as number), 0x7fffffe);
    });
    expect(() => start(sysout)).toThrow(/value of \\NxtMDSPage/);
  });
});

test("a program's image, written and read again, runs like the program", () => {
  const source = `
    (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
    (define table (make-vector 10 "x"))
    (for (i 0 2000) (vector-set! table (% i 10) (list i (number->string i) (+ i 100000))))
    (print (fib 15)) (print table) (gc)`;
  const original = lispMachine(source, { heapMB: 4 });
  const file = bytesFile("program.sysout", Buffer.concat([...writeSysout(original.machine.memory)]));
  expect(original.machine.run(1e9)).toMatchObject({ kind: "finished" });

  let output = "";
  const sysout = openSysout(file, { purpose: "run" });
  expect(sysout.damage.items).toEqual([]);
  const write = (text: string) => {
    output += text;
  };
  const machine = start(sysout, { ...quietPorts(), console: { write } });
  machine.boot();
  expect(machine.run(1e9)).toMatchObject({ kind: "finished", status: 0 });
  expect(output).toBe(original.output());
});
