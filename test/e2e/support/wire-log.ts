/** What went over the debug protocol, as the observer extension wrote it down: each click is also checked on the wire. */
import { readFileSync, statSync } from "node:fs";

interface Entry {
  readonly from: "editor" | "adapter" | "error" | "exit" | "observer";
  readonly message: WireMessage;
}
interface WireMessage {
  readonly type?: "request" | "response" | "event";
  readonly command?: string;
  readonly event?: string;
  readonly success?: boolean;
  readonly arguments?: { readonly [name: string]: unknown };
  readonly body?: { readonly error?: { readonly showUser?: boolean }; readonly [name: string]: unknown };
}

export class WireLog {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Bodies of all events of a kind, oldest first. */
  events(event: string): readonly { readonly [name: string]: unknown }[] {
    return this.messages("adapter").flatMap((message) => (message.event === event ? [message.body ?? {}] : []));
  }

  /** Arguments of all requests of a kind, oldest first. */
  requests(command: string): readonly { readonly [name: string]: unknown }[] {
    return this.messages("editor").flatMap((message) => (message.command === command ? [message.arguments ?? {}] : []));
  }

  /** Grows with every message. */
  get size(): number {
    return statSync(this.file).size;
  }
  /** Refusals of the adapter that the editor shows; not those of requests that came too late, which it keeps to itself. */
  shownFailures(): readonly string[] {
    return this.messages("adapter").flatMap(({ type, success, body }) =>
      type === "response" && success === false && body?.error?.showUser !== false ? [JSON.stringify(body)] : [],
    );
  }

  private messages(from: Entry["from"]): readonly WireMessage[] {
    const lines = readFileSync(this.file, "utf8").split("\n");
    // The last line may be half written.
    const entries = lines.slice(0, -1).map((line) => JSON.parse(line) as Entry);
    return entries.filter((entry) => entry.from === from).map((entry) => entry.message);
  }
}
