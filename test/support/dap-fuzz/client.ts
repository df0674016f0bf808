/** One client of random sessions, in the process of its session. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Environment } from "../../../adapter/context.ts";
import { errors } from "../../../adapter/errors.ts";
import { Session } from "../../../adapter/session.ts";
import type { Message } from "../protocol/dap-conversation.ts";
import { AnswerBook, type Asked } from "./answer-book.ts";

export class FuzzClient {
  readonly session: Session;
  readonly book = new AnswerBook();
  isClosed = false;

  /** @param heard told of every message, and of the request that it answers */
  constructor(environment: Environment, heard: (message: Message, asked: Asked | null) => void) {
    this.session = new Session(environment, {
      isBacklogged: () => false,
      close: () => {
        this.isClosed = true;
        this.session.dispose();
      },
      handOver: (port, _hello, _request, refused) => refused(errors.cannotConnect(port, "nobody listens")),
    });
    this.session.onDidSendMessage((sent) => {
      // What travels is text: what cannot become text would never arrive.
      const message = JSON.parse(JSON.stringify(sent)) as Message;
      heard(message, this.book.take(message));
    });
  }

  ask(command: string, args: object): void {
    const asked = this.book.ask(command, args);
    this.session.handleMessage({ ...asked, type: "request", arguments: args } as DebugProtocol.Request);
  }
  /** Sends what it still has to answer. */
  reply(): void {
    for (const reply of this.book.takeReplies()) this.session.handleMessage(reply as DebugProtocol.Response);
  }
}
