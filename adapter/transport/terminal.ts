/**
 * A terminal for the output of a program. The client is asked to run this very file in a terminal of its own; that connects back, says a word that only it
 * can know, and shows what comes.
 */
import { randomUUID } from "node:crypto";
import { createConnection, createServer, type Server, type Socket } from "node:net";

/** Bytes that may wait for the terminal. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
const WORD_LENGTH = 36;
/** Time for the terminal to connect. */
const PATIENCE_MS = 15_000;

export interface TerminalHooks {
  /** The arguments with which the adapter's file shows the output. */
  ready(args: readonly string[]): void;
  connected(): void;
  /** There will be none. */
  failed(reason: string): void;
}

/** The adapter's side. */
export class Terminal {
  private readonly server: Server;
  private readonly hooks: TerminalHooks;
  private readonly timer: NodeJS.Timeout;
  private socket: Socket | null = null;

  constructor(hooks: TerminalHooks) {
    this.hooks = hooks;
    const word = randomUUID();
    this.server = createServer((socket) => this.greet(socket, word));
    this.server.on("error", ({ message }) => hooks.failed(message));
    this.server.listen(0, "127.0.0.1", () => {
      const address = this.server.address();
      if (typeof address === "object" && address !== null) hooks.ready(["--terminal", String(address.port), word]);
    });
    this.timer = setTimeout(() => hooks.failed("nothing has connected from there"), PATIENCE_MS);
    this.timer.unref();
    this.server.unref();
  }

  get isBacklogged(): boolean {
    return this.socket !== null && this.socket.writableLength > BACKLOG_BYTES;
  }
  write(text: string): void {
    this.socket?.write(text);
  }
  /** The terminal stays open with what it shows; nothing more comes. */
  close(): void {
    clearTimeout(this.timer);
    this.socket?.end();
    this.server.close();
  }

  private greet(socket: Socket, word: string): void {
    socket.on("error", () => socket.destroy());
    socket.once("data", (said: Buffer) => {
      if (this.socket !== null || said.toString("latin1", 0, WORD_LENGTH) !== word) {
        socket.destroy();
        return;
      }
      clearTimeout(this.timer);
      this.socket = socket;
      socket.unref();
      this.hooks.connected();
    });
  }
}

/** The terminal's side: shows what comes until it ends. */
export function showTerminal(port: number, word: string): void {
  const socket = createConnection({ port, host: "127.0.0.1" }, () => socket.write(word));
  socket.on("error", ({ message }) => process.stderr.write(`the program cannot be reached: ${message}\n`));
  socket.pipe(process.stdout);
}
