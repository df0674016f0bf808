/**
 * A small debug adapter client for the demonstration: requests with answers, events in order. It knows the protocol's framing and nothing of Conspect.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { DebugProtocol } from "@vscode/debugprotocol";

type Message = DebugProtocol.Response | DebugProtocol.Event;

export class DapClient {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (body: unknown) => void; reject: (error: Error) => void }>();
  private readonly events: DebugProtocol.Event[] = [];
  private readonly eventWaiters: {
    readonly names: readonly string[];
    readonly resolve: (event: DebugProtocol.Event) => void;
  }[] = [];
  private sequence = 0;
  private buffer = Buffer.alloc(0);

  constructor(program: string, args: readonly string[], onOutput: (text: string) => void) {
    this.child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.buffer = Buffer.concat([this.buffer, chunk]);
      for (let message = this.next(); message !== null; message = this.next()) this.dispatch(message, onOutput);
    });
    this.child.on("exit", () => this.failAll("the debug adapter ended"));
    this.child.on("error", (error) => this.failAll(error.message));
  }

  request<T>(command: string, args: object = {}): Promise<T> {
    const seq = ++this.sequence;
    const json = JSON.stringify({ seq, type: "request", command, arguments: args });
    this.child.stdin?.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    return new Promise((resolve, reject) => {
      this.waiting.set(seq, { resolve: resolve as (body: unknown) => void, reject });
    });
  }

  /** The next event with one of these names; events that came earlier and were not taken count. */
  event(...names: string[]): Promise<DebugProtocol.Event> {
    const index = this.events.findIndex(({ event }) => names.includes(event));
    if (index >= 0) return Promise.resolve(this.events.splice(index, 1)[0] as DebugProtocol.Event);
    return new Promise((resolve) => this.eventWaiters.push({ names, resolve }));
  }

  end(): void {
    this.child.stdin?.end();
    this.child.kill();
  }

  private next(): Message | null {
    const headerEnd = this.buffer.indexOf("\r\n\r\n");
    if (headerEnd < 0) return null;
    const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.toString("ascii", 0, headerEnd))?.[1]);
    const bodyEnd = headerEnd + 4 + length;
    if (this.buffer.length < bodyEnd) return null;
    const message = JSON.parse(this.buffer.toString("utf8", headerEnd + 4, bodyEnd)) as Message;
    this.buffer = this.buffer.subarray(bodyEnd);
    return message;
  }

  private dispatch(message: Message, onOutput: (text: string) => void): void {
    if (message.type === "response") {
      const response = message as DebugProtocol.Response;
      const waiter = this.waiting.get(response.request_seq);
      this.waiting.delete(response.request_seq);
      if (response.success) waiter?.resolve(response.body ?? {});
      else waiter?.reject(new Error(`${response.command}: ${response.body?.error?.format ?? response.message}`));
      return;
    }
    const event = message as DebugProtocol.Event;
    if (event.event === "output") onOutput(event.body.output);
    const index = this.eventWaiters.findIndex(({ names }) => names.includes(event.event));
    if (index >= 0) this.eventWaiters.splice(index, 1)[0]?.resolve(event);
    else this.events.push(event);
  }

  private failAll(reason: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}
