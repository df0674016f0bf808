/** VMEMSAVE: what the outside is asked to save, and what the program is told. */
import { describe, expect, test } from "vitest";
import { IFPAGE, interfaceWord } from "../../../../core/memory/interface-page.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { openSysout } from "../../../../core/memory/sysout/open-sysout.ts";
import type { VirtualMemory } from "../../../../core/memory/virtual-memory.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { type ImagePort, quietPorts } from "../../../../core/vm/ports.ts";
import { type Argument, HostCaller, NIL, small } from "../../../support/machine/host-call.ts";

/** A caller whose outside keeps what it was asked to save. */
function caller(answer: ReturnType<ImagePort["save"]> = null) {
  const saved: { path: string | null; bytes: Uint8Array }[] = [];
  const images: ImagePort = {
    save(path, pieces) {
      saved.push({ path, bytes: Buffer.concat([...pieces]) });
      return answer;
    },
  };
  const environment = {
    ...quietPorts().environment,
    variable: (name: string) => (name === "HOME" ? "/home/me" : null),
  };
  return { host: new HostCaller({ images, environment }), saved };
}
function stateCell(memory: VirtualMemory): number {
  return valueCell(findSymbol(memory, "\\STORAGEFULLSTATE") as number);
}
function states(memory: VirtualMemory): number[] {
  return [memory.cell(stateCell(memory)), memory.word(interfaceWord(IFPAGE.storageFullState))];
}

describe("names", () => {
  test.each<[Argument, string | null]>([
    ["{DSK}<home>me>x.sysout", "/home/me/x.sysout"],
    ["{UNIX}/home/me/x.sysout", "/home/me/x.sysout"],
    ["/home/me/x.sysout", "/home/me/x.sysout"],
    ["{DSK}~>x.virtualmem", "/home/me/x.virtualmem"],
    ["{DSK}<home>me>x.sysout;3", "/home/me/x.sysout;3"],
    [null, null],
    [7, null],
  ])("%s", (name, path) => {
    const { host, saved } = caller();
    expect(host.call("VMEMSAVE", name)).toBe(NIL);
    expect(saved.map((file) => file.path)).toEqual([path]);
  });
  test("one that means nothing here is a bad name", () => {
    const { host, saved } = caller();
    expect(host.call("VMEMSAVE", "{DSK}~somebody>x.sysout")).toBe(small(1));
    expect(host.call("VMEMSAVE", "x".repeat(5000))).toBe(small(1));
    expect(saved).toEqual([]);
  });
});

test("what is saved is the memory as it stands, and can be opened", () => {
  const { host, saved } = caller();
  host.machine.memory.setWord(interfaceWord(IFPAGE.machineType), 7);
  host.call("VMEMSAVE", null);
  const { memory, damage } = openSysout(bytesFile("saved", saved[0]?.bytes ?? new Uint8Array(0)), { purpose: "run" });
  expect(damage.items).toEqual([]);
  expect(memory.word(interfaceWord(IFPAGE.machineType))).toBe(3);
  expect(memory.pointer(valueCell(findSymbol(memory, "\\FREEBLOCKBUCKETS") as number))).not.toBe(0);
});

test.each([1, 2, 3, 4, 5, 6] as const)("the program is told why it was not saved: %i", (failure) => {
  expect(caller(failure).host.call("VMEMSAVE", null)).toBe(small(failure));
});

describe("the storage state is saved", () => {
  test("as not determined where there was no second area, because the next start may have one", () => {
    const { host } = caller();
    const { memory } = host.machine;
    memory.setCell(stateCell(memory), small(1));
    host.call("VMEMSAVE", null);
    expect(states(memory)).toEqual([NIL, 0]);
  });
  test("as it is otherwise", () => {
    const { host } = caller();
    const { memory } = host.machine;
    memory.setCell(stateCell(memory), small(4));
    host.call("VMEMSAVE", null);
    expect(states(memory)).toEqual([small(4), 4]);
  });
  test("only when there is a file to save it in", () => {
    for (const failure of [1, 3] as const) {
      const { host } = caller(failure);
      const { memory } = host.machine;
      memory.setCell(stateCell(memory), small(1));
      host.call("VMEMSAVE", null);
      expect(states(memory)).toEqual([small(1), 0]);
    }
  });
});
