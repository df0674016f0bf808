/** One client of random sessions: keeps book of its requests, and looks at everything that comes back. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Environment } from "../../../adapter/context.ts";
import { errors } from "../../../adapter/errors.ts";
import { Session } from "../../../adapter/session.ts";
import type { Message } from "../protocol/dap-conversation.ts";

/** Texts that only a fault of the adapter's own code could bring. */
const OUR_FAULT =
  /\n\s+at \S|TypeError|RangeError|ReferenceError|Cannot read prop|Maximum call stack|failed inside|\[object Object\]/;
const FIRST_INTERNAL_ID = 9000;
/** Exit status of a session in which Conspect itself failed. */
const STATUS_INTERNAL = 70;

export interface Asked {
  readonly seq: number;
  readonly command: string;
  readonly args: object;
}

export class FuzzClient {
  readonly session: Session;
  readonly unanswered = new Map<number, Asked>();
  isClosed = false;
  /** What is wrong with what came; the first one. */
  fault: string | null = null;
  private sequence = 0;
  /** Told of every message, and of the request that it answers. */
  private readonly heard: (message: Message, asked: Asked | null) => void;
  /** Answers of this client to requests of the adapter, which it sends when it is its turn. */
  private readonly replies: object[] = [];

  constructor(environment: Environment, heard: (message: Message, asked: Asked | null) => void) {
    this.heard = heard;
    this.session = new Session(environment, {
      isBacklogged: () => false,
      close: () => {
        this.isClosed = true;
        this.session.dispose();
      },
      handOver: (port, _hello, _request, refused) => refused(errors.cannotConnect(port, "nobody listens")),
    });
    this.session.onDidSendMessage((message) => this.take(message as Message));
  }

  ask(command: string, args: object): Asked {
    const asked = { seq: ++this.sequence, command, args };
    this.unanswered.set(asked.seq, asked);
    this.session.handleMessage({ ...asked, type: "request", arguments: args } as DebugProtocol.Request);
    return asked;
  }
  /** Sends what it still has to answer. */
  reply(): void {
    for (const reply of this.replies.splice(0)) {
      this.session.handleMessage({ ...reply, seq: ++this.sequence, type: "response" } as DebugProtocol.Response);
    }
  }

  private take(message: Message): void {
    // What travels is text: what cannot become text would never arrive.
    const text = JSON.stringify(message);
    const asked = message.type === "response" ? (this.unanswered.get(message.request_seq ?? -1) ?? null) : null;
    this.fault ??= this.wrongWith(message, text);
    if (message.type === "request") {
      const { seq, command } = message;
      this.replies.push({ request_seq: seq, command, success: seq % 2 === 0, message: "no", body: {} });
    }
    this.heard(JSON.parse(text), asked);
  }

  private wrongWith(message: Message, text: string): string | null {
    if (OUR_FAULT.test(text.replaceAll("\\n", "\n"))) return `a fault of ours in ${text.slice(0, 2000)}`;
    if (message.type === "event") {
      const hasCrashed = message.event === "exited" && message.body?.exitCode === STATUS_INTERNAL;
      return hasCrashed ? "the session failed inside" : null;
    }
    return message.type === "response" ? this.wrongAnswer(message) : null;
  }

  private wrongAnswer({ request_seq, command, success, body, message }: Message): string | null {
    const asked = this.unanswered.get(request_seq ?? -1);
    if (asked === undefined) return `an answer to ${command} that nobody waits for`;
    this.unanswered.delete(asked.seq);
    if (asked.command !== command) return `an answer to ${command} where ${asked.command} was asked`;
    if (success === true) return null;
    const error = body?.error as { readonly id?: unknown; readonly format?: unknown } | undefined;
    if (typeof error?.id !== "number" || error.format !== message) return `${command} is refused without a reason`;
    return error.id >= FIRST_INTERNAL_ID ? `${command} failed inside: ${message}` : null;
  }
}
