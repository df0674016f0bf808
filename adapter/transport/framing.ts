/**
 * Bytes of a connection to messages and back: `Content-Length: N`, an empty line, N bytes of JSON (DAP specification, "Base protocol").
 * Whatever comes in, this neither throws nor holds more than one message: what cannot be a message is skipped and reported.
 */

/** Longest header block that is waited for. */
const MAX_HEADER_BYTES = 4096;
/** Longest message that is taken in; a longer one is skipped as it arrives. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const HEADER_END = "\r\n\r\n";
const LENGTH_FIELD = "Content-Length:";

export interface MessageSink {
  message(value: object): void;
  /** Input that is no message: what is wrong with it. */
  problem(text: string): void;
}

/** Cuts a byte stream into messages. */
export class MessageReader {
  private readonly sink: MessageSink;
  private readonly maxBytes: number;
  /** Input not consumed yet; joined only when something can be made of it, so that a large message costs no repeated copies. */
  private chunks: Buffer[] = [];
  private held = 0;
  /** Length of the message under way; -1 while a header is expected. */
  private expected = -1;
  /** Bytes of an oversized message that are still to be thrown away. */
  private toSkip = 0;

  constructor(sink: MessageSink, maxBytes = MAX_MESSAGE_BYTES) {
    this.sink = sink;
    this.maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    const rest = this.skip(chunk);
    if (rest.length === 0) return;
    this.chunks.push(rest);
    this.held += rest.length;
    if (this.expected >= 0 && this.held < this.expected) return;
    let progress = true;
    while (progress) progress = this.expected < 0 ? this.takeHeader() : this.takeBody();
  }

  private skip(chunk: Buffer): Buffer {
    const skipped = Math.min(this.toSkip, chunk.length);
    this.toSkip -= skipped;
    return chunk.subarray(skipped);
  }

  private joined(): Buffer {
    const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }

  private keep(rest: Buffer): void {
    this.chunks = rest.length === 0 ? [] : [rest];
    this.held = rest.length;
  }

  /** @returns whether there is more to do with what is held */
  private takeHeader(): boolean {
    if (this.held === 0) return false;
    const all = this.joined();
    const end = all.indexOf(HEADER_END);
    if (end < 0) {
      if (all.length > MAX_HEADER_BYTES) this.resynchronize(all, 1, "no header");
      return false;
    }
    const header = all.toString("latin1", 0, end);
    const field = /^(?:.*\r\n)*Content-Length: *([0-9]{1,12})[ \t]*(?:\r\n|$)/i.exec(header);
    if (field === null) {
      this.resynchronize(all, 1, "a header without Content-Length");
      return this.held > 0;
    }
    this.keep(all.subarray(end + HEADER_END.length));
    this.expected = Number(field[1]);
    if (this.expected > this.maxBytes) this.refuse();
    return true;
  }

  /** Drops input up to the next text that looks like a header. */
  private resynchronize(all: Buffer, from: number, problem: string): void {
    const next = all.indexOf(LENGTH_FIELD, from);
    // The field's name may be cut in two by the end of what has arrived.
    const keepFrom = next >= 0 ? next : Math.max(from, all.length - LENGTH_FIELD.length + 1);
    this.sink.problem(`${problem} in ${keepFrom} bytes`);
    this.keep(all.subarray(keepFrom));
  }

  private refuse(): void {
    this.sink.problem(`a message of ${this.expected} bytes; at most ${this.maxBytes} are taken`);
    const all = this.held === 0 ? Buffer.alloc(0) : this.joined();
    this.toSkip = this.expected;
    this.expected = -1;
    this.keep(this.skip(all));
  }

  private takeBody(): boolean {
    if (this.held < this.expected) return false;
    const all = this.held === 0 ? Buffer.alloc(0) : this.joined();
    const body = all.toString("utf8", 0, this.expected);
    this.keep(all.subarray(this.expected));
    this.expected = -1;
    this.deliver(body);
    return true;
  }

  private deliver(body: string): void {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      this.sink.problem(`a message of ${body.length} characters that is not JSON`);
      return;
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value)) this.sink.message(value);
    else this.sink.problem("a message that is not a JSON object");
  }
}

export function encodeMessage(message: object): string {
  const json = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(json, "utf8")}\r\n\r\n${json}`;
}
