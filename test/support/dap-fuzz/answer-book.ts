/** What a client of random sessions has asked, and what is wrong with what comes back: every request is answered once, and never by a fault of the adapter's own code. */
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

export class AnswerBook {
  readonly unanswered = new Map<number, Asked>();
  /** What is wrong with what came; the first one. */
  fault: string | null = null;
  private sequence = 0;
  /** Answers of the client to requests of the adapter, which it sends when it is its turn. */
  private readonly replies: object[] = [];

  ask(command: string, args: object): Asked {
    const asked = { seq: ++this.sequence, command, args };
    this.unanswered.set(asked.seq, asked);
    return asked;
  }
  /** What it still has to answer. */
  takeReplies(): object[] {
    return this.replies.splice(0).map((reply) => ({ ...reply, seq: ++this.sequence, type: "response" }));
  }

  /** @returns the request that a message answers */
  take(message: Message): Asked | null {
    const asked = message.type === "response" ? (this.unanswered.get(message.request_seq ?? -1) ?? null) : null;
    this.fault ??= this.wrongWith(message, JSON.stringify(message));
    if (message.type === "request") {
      const { seq, command } = message;
      this.replies.push({ request_seq: seq, command, success: seq % 2 === 0, message: "no", body: {} });
    }
    return asked;
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
