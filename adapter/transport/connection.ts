/** Ties a session to a pair of streams: messages in, messages out, and the end of either. */
import type { Readable, Writable } from "node:stream";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Environment } from "../context.ts";
import { errors } from "../errors.ts";
import { Session } from "../session.ts";
import { encodeMessage, MessageReader } from "./framing.ts";
import { Relay } from "./relay.ts";

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
  /** Where the client's messages go, once another process serves it. */
  let relay: Relay | null = null;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    relay?.close();
    session.dispose();
    onClosed();
  };
  const send = (message: DebugProtocol.ProtocolMessage) => {
    if (isOpen && output.writable) output.write(encodeMessage(message));
  };
  const session = new Session(environment, {
    isBacklogged: () => output.writableLength > BACKLOG_BYTES,
    close,
    handOver(port, hello, request, refused) {
      relay = new Relay(port, hello, {
        message: send,
        ended: close,
        refused(reason, waiting) {
          relay = null;
          refused(errors.cannotConnect(port, reason));
          for (const message of waiting.slice(1)) take(message);
        },
      });
      relay.send(request);
    },
  });
  session.onDidSendMessage((message) => send(message as DebugProtocol.ProtocolMessage));
  const take = (message: DebugProtocol.ProtocolMessage) => {
    if (relay === null) session.handleMessage(message as Parameters<Session["handleMessage"]>[0]);
    else relay.send(message);
  };
  let problems = 0;
  const reader = new MessageReader({
    message: (value) => take(value as DebugProtocol.ProtocolMessage),
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
