/** A client in the same process: sends requests to a session, keeps all that comes back, and writes it down as a transcript. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { syntaxProblem } from "../../adapter/breakpoints/syntax.ts";
import type { Environment } from "../../adapter/context.ts";
import { Session } from "../../adapter/session.ts";
import { loadScripted, type ScriptedEngine } from "./scripted-engine.ts";

type Message = DebugProtocol.ProtocolMessage & {
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

export class DapClient {
  readonly session: Session;
  readonly received: Message[] = [];
  isClosed = false;
  private sequence = 0;
  private seen = 0;
  private waiting: (() => void)[] = [];
  private readonly lines: string[] = [];

  constructor(environment: Environment) {
    this.session = new Session(environment, { isBacklogged: () => false, close: () => this.closed() });
    this.session.onDidSendMessage((message) => {
      this.received.push(message as Message);
      for (const wake of this.waiting.splice(0)) wake();
    });
  }
  private closed(): void {
    this.isClosed = true;
  }

  /** The whole response, whether or not it is a success. */
  async send(command: string, args?: object): Promise<Loose> {
    const seq = ++this.sequence;
    this.lines.push(`-> ${command}${args === undefined ? "" : ` ${short(args)}`}`);
    this.session.handleMessage({ seq, type: "request", command, arguments: args } as DebugProtocol.Request);
    return this.next((message) => message.type === "response" && message.request_seq === seq, 0);
  }
  /** The body of a response that has to be a success. */
  async request(command: string, args?: object): Promise<Loose> {
    const response = await this.send(command, args);
    if (response.success !== true) throw new Error(`${command}: ${response.message}`);
    return response.body;
  }
  /** The body of the next event of that name that was not taken yet. */
  async event(name: string): Promise<Loose> {
    const from = this.seen;
    const message = await this.next((candidate) => candidate.event === name, from);
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

function short(value: unknown): string {
  return JSON.stringify(value);
}

/** Surroundings without files, with a clock that stands still unless a test moves it. */
export function testEnvironment(engine: ScriptedEngine, more: Partial<Environment> = {}): Environment {
  return {
    load: loadScripted(engine),
    managers: ["none", "refcount"],
    syntaxProblem,
    readText: () => engine.source.text,
    clock: () => performance.now(),
    wallClock: () => 0,
    ...more,
  };
}
