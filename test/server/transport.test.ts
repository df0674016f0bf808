import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BoundedReader } from "../../server/transport.ts";

function frame(body: string): Buffer {
  return Buffer.concat([Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`), Buffer.from(body)]);
}
function request(id: number, text = ""): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method: text });
}

/** What a reader delivers and reports when it is fed the chunks. */
function read(chunks: readonly Buffer[], maxBodyBytes?: number): { ids: unknown[]; errors: string[] } {
  const source = new EventEmitter();
  const reader = new BoundedReader(source, maxBodyBytes);
  const ids: unknown[] = [];
  const errors: string[] = [];
  reader.onError((error) => errors.push(error.message));
  reader.listen((message) => ids.push((message as { id?: unknown }).id));
  for (const chunk of chunks) source.emit("data", chunk);
  return { ids, errors };
}

describe("BoundedReader", () => {
  test("delivers every message, wherever the stream is cut", () => {
    const stream = Buffer.concat([frame(request(1, "é😀")), frame(request(2)), frame(request(3, "x".repeat(9000)))]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const chunks = places.slice(1).map((end, i) => stream.subarray(places[i], end));
        expect(read(chunks)).toEqual({ ids: [1, 2, 3], errors: [] });
      }),
    );
  });

  test("accepts other header fields and any case", () => {
    const body = request(1);
    const header = `content-type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:${body.length}\r\n\r\n`;
    expect(read([Buffer.from(header + body)]).ids).toEqual([1]);
  });

  test("finds the next message after random bytes, and reports them once", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 1000 }), (garbage) => {
        const { ids, errors } = read([Buffer.from(garbage), frame(request(1)), frame(request(2))]);
        expect(ids.at(-1)).toBe(2);
        expect(errors.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test("believes the header that stands directly before the message", () => {
    expect(read([Buffer.from("Content-Length: 9\r\nConte"), frame(request(1)), frame(request(2))]).ids).toEqual([1, 2]);
  });

  test("finds the next message after a body that is shorter than announced", () => {
    const short = Buffer.from('Content-Length: 40\r\n\r\n{"id":1}');
    const { ids, errors } = read([short, frame(request(2)), frame(request(3))]);
    expect(ids).toEqual([3]);
    expect(errors[0]).toMatch(/^skipped a message body: expected one JSON-RPC object/);
  });

  test.each(["5", "null", "[]", '"text"', "{", ""])("goes on after the body %j", (body) => {
    expect(read([frame(body), frame(request(2))]).ids).toEqual([2]);
  });

  test.each(["-5", "1e3", "abc", "", "99999999999999999999"])("goes on after the length %j", (length) => {
    const { ids, errors } = read([Buffer.from(`Content-Length: ${length}\r\n\r\n`), frame(request(2))]);
    expect(ids).toEqual([2]);
    expect(errors).toHaveLength(1);
  });

  test("skips a message over the limit without keeping it", () => {
    const { ids, errors } = read([frame(request(1, "x".repeat(500))), frame(request(2))], 200);
    expect(ids).toEqual([2]);
    expect(errors).toEqual(["skipped a message of 536 bytes: the limit is 200 bytes"]);
  });

  test("takes many megabytes without a header in linear time", () => {
    const chunk = Buffer.alloc(65_536, 0x61);
    const { ids, errors } = read([...Array(500).fill(chunk), frame(request(1))]);
    expect(ids).toEqual([1]);
    expect(errors).toHaveLength(1);
  });
});
