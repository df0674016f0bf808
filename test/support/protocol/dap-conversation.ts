/** What a DAP client of a test knows of its session: sends requests, keeps all that comes back, and writes it down as a transcript. */
import type { DebugProtocol } from "@vscode/debugprotocol";

export type Message = DebugProtocol.ProtocolMessage & {
  readonly event?: string;
  readonly body?: Record<string, unknown>;
  readonly request_seq?: number;
  readonly command?: string;
  readonly success?: boolean;
  readonly message?: string;
};
export type Body = Record<string, unknown>;
/** `body` of a response as far as tests look at it. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of many kinds, read field by field in tests
export type Loose = any;

export abstract class Conversation {
  readonly received: Message[] = [];
  /** Why nothing more will come. */
  private end: Error | null = null;
  private sequence = 0;
  private seen = 0;
  private waiting: (() => void)[] = [];
  /** Requests, answers and events in the order of their travel. */
  private readonly log: { readonly direction: string; readonly what: string; readonly body: unknown }[] = [];

  /** Sends a message to the adapter. */
  protected abstract post(message: DebugProtocol.ProtocolMessage): void;

  /** A message of the adapter has come. */
  protected take(message: Message): void {
    this.received.push(message);
    this.note(message);
    this.wake();
  }
  /** Nothing more will come: who waits is told why. */
  protected cut(reason: Error): void {
    this.end = reason;
    this.wake();
  }
  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  private note({ type, event, command, success, body }: Message): void {
    if (type === "event") this.noteEvent(`event ${event}`, body);
    else this.log.push({ direction: "<-", what: success === true ? `${command}` : `${command} refused`, body });
  }

  /** How much output goes into one event depends on the clock: neighbours are written as one. */
  private noteEvent(what: string, body: Message["body"]): void {
    const last = this.log.at(-1);
    const before = last?.body as Body | undefined;
    if (
      what === "event output" &&
      last?.what === what &&
      before?.category === body?.category &&
      body?.source === undefined
    ) {
      this.log[this.log.length - 1] = {
        direction: "<-",
        what,
        body: { ...before, output: `${before?.output}${body?.output}` },
      };
    } else this.log.push({ direction: "<-", what, body });
  }

  /** The session so far as text, without events that come by the clock. */
  transcript(): string {
    return this.log
      .filter(({ what }) => what !== "event conspect/status" && what !== "initialize")
      .map(({ direction, what, body }) => `${direction} ${what}${body === undefined ? "" : ` ${pretty(body, "")}`}\n`)
      .join("");
  }

  /** Sends a request without waiting; its number. */
  ask(command: string, args?: object): number {
    const seq = ++this.sequence;
    this.log.push({ direction: "->", what: command, body: args });
    this.post({ seq, type: "request", command, arguments: args } as DebugProtocol.Request);
    return seq;
  }
  /** The whole response to a request by its number. */
  async answerTo(seq: number): Promise<Loose> {
    return this.next((message) => message.type === "response" && message.request_seq === seq, 0);
  }
  /** Answers a request that the adapter has sent. */
  reply(request: Message, body: object): void {
    const { seq: request_seq, command } = request;
    this.post({ seq: ++this.sequence, type: "response", request_seq, command, success: true, body } as Message);
  }
  /** Refuses a request that the adapter has sent. */
  refuse({ seq: request_seq, command }: Message, message: string): void {
    this.post({ seq: ++this.sequence, type: "response", request_seq, command, success: false, message } as Message);
  }
  /** The next request of that name that the adapter sends, and was not taken yet. */
  async reverseRequest(command: string): Promise<Loose> {
    const message = await this.next(
      (candidate) => candidate.type === "request" && candidate.command === command,
      this.seen,
    );
    this.seen = this.received.indexOf(message) + 1;
    return message;
  }

  /** The whole response, whether or not it is a success. */
  async send(command: string, args?: object): Promise<Loose> {
    return this.answerTo(this.ask(command, args));
  }
  /** The body of a response that has to be a success. */
  async request(command: string, args?: object): Promise<Loose> {
    const response = await this.send(command, args);
    if (response.success !== true) throw new Error(`${command}: ${response.message}`);
    return response.body;
  }
  /** The same, left out of the transcript. */
  async quietly(command: string, args?: object): Promise<Loose> {
    const from = this.log.length;
    const body = await this.request(command, args);
    this.log.splice(from);
    return body;
  }
  /** The body of the next event of that name that was not taken yet. */
  async event(name: string): Promise<Loose> {
    const from = this.seen;
    const message = await this.next((candidate) => candidate.event === name, from);
    this.seen = this.received.indexOf(message) + 1;
    return message.body;
  }
  /** The body of the next `stopped` or `terminated` that was not taken yet. */
  async stopOrEnd(): Promise<Loose> {
    const isOne = ({ event }: Message) => event === "stopped" || event === "terminated";
    const message = await this.next(isOne, this.seen);
    this.seen = this.received.indexOf(message) + 1;
    return message.body;
  }
  events(name: string): Loose[] {
    return this.received.filter((message) => message.event === name).map((message) => message.body);
  }

  private async next(matches: (message: Message) => boolean, from: number): Promise<Message> {
    for (;;) {
      const found = this.received.find((message, index) => index >= from && matches(message));
      if (found !== undefined) return found;
      if (this.end !== null) throw this.end;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async initialize(more: object = {}): Promise<Loose> {
    const can = { supportsMemoryEvent: true, supportsInvalidatedEvent: true, supportsVariablePaging: true };
    return this.request("initialize", {
      adapterID: "conspect",
      linesStartAt1: true,
      columnsStartAt1: true,
      ...can,
      ...more,
    });
  }
  /** Initialize, launch, and everything up to the start of the program. */
  async launch(args: object, configure: () => Promise<unknown> = async () => {}): Promise<void> {
    await this.initialize();
    await this.request("launch", args);
    await this.event("initialized");
    await configure();
    await this.request("configurationDone");
  }
}

/** Numbers and addresses that another version of the library would change. */
const UNSTABLE_FIELDS = new Set([
  "id",
  "declarationLocationReference",
  "valueLocationReference",
  "frameId",
  "variablesReference",
  "instructionReference",
  "hitBreakpointIds",
]);
function masked(text: string): string {
  return text.replace(/0x[0-9A-F]{4,}/g, "0x…").replace(/#\d+,\d+/g, "#…");
}

/** JSON with one line for each object of a list, and unstable values masked. */
function pretty(value: unknown, indent: string): string {
  if (typeof value === "string" && value.includes("\n")) {
    return `|\n${masked(value).trimEnd().replace(/^/gm, `${indent}    `)}`;
  }
  if (typeof value === "string") return masked(JSON.stringify(value));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const isTable = value.some((item) => typeof item === "object");
    if (!isTable) return `[${value.map((item) => pretty(item, indent)).join(", ")}]`;
    return value.map((item) => `\n${indent}  - ${pretty(item, `${indent}  `)}`).join("");
  }
  const fields = Object.entries(value).map(([name, field]) => {
    // Reports have tests of their own; here it counts that one came.
    if (name === "stackTrace") return `${name}: ${JSON.stringify(`${String(field).split("\n")[0]} …`)}`;
    const isMasked = UNSTABLE_FIELDS.has(name) && field !== 0 && !("format" in value);
    return `${name}: ${isMasked ? "…" : pretty(field, `${indent}  `)}`;
  });
  return `{ ${fields.join(", ")} }`;
}
