/**
 * The way of a client to a session of another process: its messages go there, and what comes from there goes to it. The other session is greeted with what
 * the client said when it greeted this one.
 */
import { createConnection, type Socket } from "node:net";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { encodeMessage, MessageReader } from "./framing.ts";

/** `seq` of the greeting, whose answer the client has had already. */
const GREETING = -1;
/** Time for the answer to it. */
const PATIENCE_MS = 5000;

export interface RelayHooks {
  /** A message of the other session. */
  message(message: DebugProtocol.ProtocolMessage): void;
  /**
   * No session answers on the port. No hook is called any more.
   * @param waiting what was sent meanwhile
   */
  refused(reason: string, waiting: readonly DebugProtocol.ProtocolMessage[]): void;
  /** The other session is over. */
  ended(): void;
}

export class Relay {
  private readonly socket: Socket;
  /** What waits until the greeting is answered; null afterwards. */
  private waiting: DebugProtocol.ProtocolMessage[] | null = [];

  constructor(port: number, hello: object, hooks: RelayHooks) {
    this.socket = createConnection({ port, host: "127.0.0.1" });
    this.socket.setNoDelay(true);
    this.socket.setTimeout(PATIENCE_MS, () => {
      if (this.waiting !== null) this.socket.destroy();
    });
    let reason: string | null = null;
    this.socket.on("error", ({ message }) => {
      reason = message;
    });
    this.socket.on("close", () => {
      if (this.waiting === null) hooks.ended();
      else hooks.refused(reason ?? "what listens there is no debug adapter", this.waiting);
    });
    const reader = new MessageReader({
      message: (value) => this.receive(value as DebugProtocol.Response, hooks),
      // What is no message in there is none for the client either.
      problem: () => {},
    });
    this.socket.on("data", (chunk: Buffer) => reader.push(chunk));
    this.write({ seq: GREETING, type: "request", command: "initialize", arguments: hello } as DebugProtocol.Request);
  }

  send(message: DebugProtocol.ProtocolMessage): void {
    if (this.waiting === null) this.write(message);
    else this.waiting.push(message);
  }

  /** The client has gone. */
  close(): void {
    this.socket.end();
  }

  private receive(message: DebugProtocol.Response, hooks: RelayHooks): void {
    const { waiting } = this;
    if (waiting === null) hooks.message(message);
    else if (message.type === "response" && message.request_seq === GREETING) {
      this.waiting = null;
      for (const each of waiting) this.write(each);
    }
  }

  private write(message: DebugProtocol.ProtocolMessage): void {
    this.socket.write(encodeMessage(message));
  }
}
