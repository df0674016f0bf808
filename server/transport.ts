/**
 * Reads LSP messages from a stream whose other end nobody vouches for. The reader of the protocol library keeps whatever arrives until
 * a header or a body is complete; this one bounds both, and finds the next message after garbage, a wrong length or text that is no JSON.
 * Framing: base protocol of the Language Server Protocol, `Content-Length: n`, empty line, n bytes of UTF-8 JSON.
 */
import {
  AbstractMessageReader,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
} from "vscode-languageserver/node";
import { messageTooLong, noHeader, noMessage } from "./errors.ts";

/** A header block is some 30 bytes; whatever is longer than this is none. */
const MAX_HEADER_BYTES = 4096;
/** Longer messages are skipped without being kept. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Not anchored at the line start, so that the header is found when garbage stands directly before it. */
const CONTENT_LENGTH = /content-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n|$)/gi;

/** The part of a readable stream that the reader needs. */
export interface ByteSource {
  on(event: "data", listener: (chunk: Buffer) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close" | "end", listener: () => void): unknown;
}

/** Message reader with bounded memory. What it cannot use it reports through `onError`, and goes on. */
export class BoundedReader extends AbstractMessageReader implements MessageReader {
  readonly #source: ByteSource;
  readonly #maxBodyBytes: number;
  #header: Buffer = Buffer.alloc(0);
  #body: Buffer[] = [];
  /** Bytes of the body that have not come yet; -1 while a header is awaited. */
  #missingBytes = -1;
  #isSkipping = false;
  #isLost = false;
  #deliver: DataCallback = () => {};

  constructor(source: ByteSource, maxBodyBytes = MAX_BODY_BYTES) {
    super();
    this.#source = source;
    this.#maxBodyBytes = maxBodyBytes;
  }

  listen(callback: DataCallback): Disposable {
    this.#deliver = callback;
    this.#source.on("data", (chunk) => this.#take(chunk));
    this.#source.on("error", (error) => this.fireError(error));
    this.#source.on("close", () => this.fireClose());
    return {
      dispose: () => {
        this.#deliver = () => {};
      },
    };
  }

  #take(chunk: Buffer): void {
    let rest: Buffer | null = chunk;
    while (rest !== null && rest.length > 0)
      rest = this.#missingBytes < 0 ? this.#takeHeader(rest) : this.#takeBody(rest);
  }

  /** Returns what follows the header block, or null when the block is not complete. */
  #takeHeader(chunk: Buffer): Buffer | null {
    const block = this.#header.length === 0 ? chunk : Buffer.concat([this.#header, chunk]);
    const end = block.indexOf("\r\n\r\n");
    if (end < 0) {
      if (block.length > MAX_HEADER_BYTES) this.#lose();
      this.#header = block.subarray(Math.max(0, block.length - MAX_HEADER_BYTES));
      return null;
    }
    this.#header = Buffer.alloc(0);
    const text = block.toString("latin1", Math.max(0, end - MAX_HEADER_BYTES), end);
    const length = [...text.matchAll(CONTENT_LENGTH)].at(-1)?.[1];
    if (length === undefined) this.#lose();
    else this.#expectBody(Number(length));
    return block.subarray(end + 4);
  }

  #expectBody(lengthBytes: number): void {
    this.#isLost = false;
    this.#isSkipping = lengthBytes > this.#maxBodyBytes;
    if (this.#isSkipping) this.fireError(messageTooLong(lengthBytes, this.#maxBodyBytes));
    this.#missingBytes = lengthBytes;
  }

  #takeBody(chunk: Buffer): Buffer | null {
    const part = chunk.subarray(0, this.#missingBytes);
    if (!this.#isSkipping) this.#body.push(part);
    this.#missingBytes -= part.length;
    if (this.#missingBytes > 0) return null;
    this.#missingBytes = -1;
    const body = this.#body;
    this.#body = [];
    if (!this.#isSkipping) this.#decode(Buffer.concat(body));
    return chunk.subarray(part.length);
  }

  #decode(body: Buffer): void {
    let message: unknown;
    try {
      message = JSON.parse(body.toString("utf8"));
    } catch (error) {
      this.fireError(noMessage(error instanceof Error ? error.message : String(error)));
      return;
    }
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      this.fireError(noMessage("the JSON value is no object"));
      return;
    }
    try {
      this.#deliver(message as Message);
    } catch (error) {
      this.fireError(error);
    }
  }

  /** Reports garbage once, not once a chunk. */
  #lose(): void {
    if (!this.#isLost) this.fireError(noHeader());
    this.#isLost = true;
  }
}
