import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeMessage, MessageReader } from "../../../adapter/transport/framing.ts";

function reader(maxBytes?: number) {
  const messages: object[] = [];
  const problems: string[] = [];
  const sink = { message: (value: object) => messages.push(value), problem: (text: string) => problems.push(text) };
  return { reader: new MessageReader(sink, maxBytes), messages, problems };
}
function inPieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe("framing", () => {
  test("messages arrive whole and in order, however the bytes are cut", () => {
    const value = fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "grapheme" }), fc.integer()));
    fc.assert(
      fc.property(fc.array(value), fc.array(fc.integer({ min: 1, max: 40 })), (values, sizes) => {
        const { reader: input, messages, problems } = reader();
        for (const piece of inPieces(Buffer.from(values.map(encodeMessage).join("")), sizes)) input.push(piece);
        expect(messages).toEqual(values.map((sent) => JSON.parse(JSON.stringify(sent))));
        expect(problems).toEqual([]);
      }),
    );
  });

  test("no bytes make it throw, and a message after them arrives", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.array(fc.integer({ min: 1, max: 900 })), (noise, sizes) => {
        const { reader: input, messages } = reader();
        for (const piece of inPieces(Buffer.from(noise), sizes)) input.push(piece);
        // An empty line ends whatever header the noise may have begun.
        input.push(Buffer.from(`\r\n\r\n${encodeMessage({ after: 1 })}`));
        expect(messages).toContainEqual({ after: 1 });
      }),
    );
  });

  test("a body that is not JSON, or no object, is reported and passed over", () => {
    const { reader: input, messages, problems } = reader();
    for (const body of ["{nonsense", "[1]", "null", "7"]) {
      input.push(Buffer.from(`Content-Length: ${body.length}\r\n\r\n${body}`));
    }
    input.push(Buffer.from(encodeMessage({ ok: true })));
    expect(messages).toEqual([{ ok: true }]);
    expect(problems).toHaveLength(4);
  });

  test("an oversized message is skipped while it arrives, and the next one is read", () => {
    const { reader: input, messages, problems } = reader(1000);
    input.push(Buffer.from("Content-Length: 50000\r\n\r\n"));
    for (let i = 0; i < 50; i++) input.push(Buffer.alloc(1000, "x"));
    input.push(Buffer.from(encodeMessage({ ok: true })));
    expect(messages).toEqual([{ ok: true }]);
    expect(problems).toEqual(["a message of 50000 bytes; at most 1000 are taken"]);
  });

  test("other header fields and the case of names do not matter", () => {
    const { reader: input, messages } = reader();
    input.push(Buffer.from("Content-Type: x\r\ncontent-length: 2\r\n\r\n{}"));
    expect(messages).toEqual([{}]);
  });

  test("a header that never ends is dropped, and does not pile up", () => {
    const { reader: input, messages, problems } = reader();
    for (let i = 0; i < 100; i++) input.push(Buffer.alloc(1000, "z"));
    expect(problems.length).toBeGreaterThan(0);
    input.push(Buffer.from(encodeMessage({ ok: true })));
    expect(messages).toEqual([{ ok: true }]);
  });
});
