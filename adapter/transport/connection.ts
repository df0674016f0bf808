/** Ties a session to a pair of streams: messages in, messages out, and the end of either. */
import type { Readable, Writable } from "node:stream";
import type { Environment } from "../context.ts";
import { Session } from "../session.ts";
import { encodeMessage, MessageReader } from "./framing.ts";

/** Bytes that may wait for the client to read before output of the program is held back. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
/** Reports about input that is no message; after that many it is only counted. */
const MAX_REPORTS = 20;

/**
 * Serves one client until it disconnects, closes its end, or cannot be written to.
 *
 * @param onClosed called once; nothing runs any more by then
 */
export function serve(input: Readable, output: Writable, environment: Environment, onClosed: () => void): void {
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    session.dispose();
    onClosed();
  };
  const session = new Session(environment, { isBacklogged: () => output.writableLength > BACKLOG_BYTES, close });
  session.onDidSendMessage((message) => {
    if (isOpen && output.writable) output.write(encodeMessage(message));
  });
  let problems = 0;
  const reader = new MessageReader({
    message: (value) => session.handleMessage(value as Parameters<Session["handleMessage"]>[0]),
    problem: (text) => {
      if (++problems <= MAX_REPORTS) session.reportProblems(1, text);
    },
  });
  input.on("data", (chunk: Buffer) => {
    if (isOpen) reader.push(chunk);
  });
  for (const end of ["end", "close", "error"]) input.on(end, close);
  for (const end of ["close", "error"]) output.on(end, close);
}
