/** Bytes and instructions. */
import { expect, test } from "vitest";
import { miniBytes } from "../../support/images/mini-sysout.ts";
import { type BlackBox, withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define (twice x)
  (let ((vector (make-vector 3 x)))
    (+ x (vector-ref vector 1))))
(print (twice 21))
`;

async function stopped(dap: BlackBox): Promise<Loose> {
  await dap.stopOn([3], PROGRAM);
  const frame = await dap.topFrame();
  const vector = await dap.request("evaluate", { expression: "vector", frameId: frame.id });
  return { frame, vector };
}

test("capability supportsReadMemoryRequest, request readMemory: bytes in image order, with offsets, and what cannot be read", () =>
  withAdapter(async (dap) => {
    const { vector } = await stopped(dap);
    const { memoryReference } = vector;
    const read = (args: object) => dap.request("readMemory", { memoryReference, ...args });
    const whole = await read({ count: 64 });
    expect(whole.address).toBe(memoryReference);
    const bytes = Buffer.from(whole.data, "base64");
    expect(bytes).toHaveLength(64);
    const part = await read({ offset: 16, count: 8 });
    expect(Number(part.address)).toBe(Number(memoryReference) + 16);
    expect(Buffer.from(part.data, "base64")).toEqual(bytes.subarray(16, 24));
    const back = await read({ offset: -16, count: 32 });
    expect(Buffer.from(back.data, "base64").subarray(16)).toEqual(bytes.subarray(0, 16));
    expect(await read({ count: 0 })).toMatchObject({ data: "" });
    // A place of its own for each element, and the three of them hold 21.
    const { variablesReference } = vector;
    const { variables } = await dap.request("variables", { variablesReference, filter: "indexed", start: 0, count: 3 });
    expect(variables.map(({ value }: Loose) => value)).toEqual(["21", "21", "21"]);

    const data = Buffer.from([1, 2, 253, 254]).toString("base64");
    await dap.request("writeMemory", { memoryReference, offset: 60, data });
    expect((await read({ offset: 60, count: 4 })).data).toBe(data);

    const outside = await dap.send("readMemory", { memoryReference: "0x10000000", count: 1 });
    expect(outside).toMatchObject({ success: false, body: { error: { id: 4007 } } });
    const tooMany = await dap.send("readMemory", { memoryReference, count: 2 ** 25 });
    expect(tooMany).toMatchObject({ success: false, body: { error: { id: 4008 } } });
  }));

test("request readMemory: stops at a page that an image file does not hold, and says where to go on", () =>
  withAdapter(async (dap) => {
    await dap.launch({ image: dap.file("mini.sysout", miniBytes()) });
    await dap.event("stopped");
    const read = (address: number, count: number) =>
      dap.request("readMemory", { memoryReference: String(address), count });
    const { data, unreadableBytes } = await read(0, 0x400000);
    const hole = Buffer.from(data, "base64").length;
    expect(hole % 512).toBe(0);
    expect(unreadableBytes).toBeGreaterThan(0);
    expect((await read(hole, 512)).unreadableBytes).toBe(512);
    const next = await read(hole + unreadableBytes, 512);
    expect(Buffer.from(next.data, "base64")).toHaveLength(512);
    expect(await read(0xfffffff, 1)).toMatchObject({ data: "", unreadableBytes: 1 });
  }));

test("capability supportsWriteMemoryRequest, request writeMemory: all bytes or none, unless a part will do", () =>
  withAdapter(async (dap) => {
    await stopped(dap);
    const modules = (await dap.request("modules", {})).modules as Loose[];
    const [start, end] = modules
      .find(({ name }) => name === "HEAP")
      .addressRange.split("-")
      .map(Number);
    const hole = await dap.request("readMemory", { memoryReference: String(start), count: end - start });
    const edge = start + Buffer.from(hole.data, "base64").length;
    const data = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).toString("base64");
    const across = { memoryReference: String(edge), offset: -4, data };
    const read = async () =>
      (await dap.request("readMemory", { memoryReference: String(edge - 4), count: 4 })).data as string;
    const before = await read();
    const refused = await dap.send("writeMemory", across);
    expect(refused).toMatchObject({ success: false, body: { error: { id: 4009 } } });
    expect(await read()).toBe(before);
    const written = await dap.request("writeMemory", { ...across, allowPartial: true });
    expect(written).toEqual({ offset: -4, bytesWritten: 4 });
    expect(Buffer.from(await read(), "base64")).toEqual(Buffer.from([1, 2, 3, 4]));
    expect(await dap.send("writeMemory", { memoryReference: "0x1000", data: "?" })).toMatchObject({
      body: { error: { id: 4010 } },
    });
  }));

test("capability supportsDisassembleRequest, request disassemble: as many rows as asked for, around an instruction, with names or without", () =>
  withAdapter(async (dap) => {
    const { frame } = await stopped(dap);
    const memoryReference = frame.instructionPointerReference;
    const rows = async (more: object) =>
      (await dap.request("disassemble", { memoryReference, instructionCount: 400, ...more })).instructions as Loose[];
    const around = await rows({ instructionOffset: -200 });
    expect(around).toHaveLength(400);
    expect(around[200]).toMatchObject({ address: memoryReference, line: 3, location: { name: "program.cons" } });
    const first = around.find(({ symbol }) => symbol === "twice");
    expect(first.instructionBytes).toMatch(/^[0-9A-F]{2}/);
    expect(around[0]).toMatchObject({ presentationHint: "invalid" });
    expect(around.some(({ instruction }) => /\bx\b/.test(instruction))).toBe(true);
    const bare = await rows({ instructionOffset: -200, resolveSymbols: false });
    expect(bare.some((row) => "symbol" in row || /\bx\b/.test(row.instruction))).toBe(false);
    const byOffset = await rows({ offset: Number(first.address) - Number(memoryReference), instructionCount: 1 });
    expect(byOffset).toMatchObject([{ address: first.address, symbol: "twice" }]);
    expect(await rows({ instructionCount: 0 })).toEqual([]);
  }));
