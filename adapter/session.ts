/**
 * A session: takes requests of one client in, looks them up in `requests/index.ts`, and sends the answers. Errors of handlers become error responses, and the
 * session goes on. Nothing here knows how the messages travel; `connection.ts` does.
 */
import { Event, Response } from "@vscode/debugadapter/lib/messages.js";
import { ProtocolServer } from "@vscode/debugadapter/lib/protocol.js";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Context, type Environment } from "./context.ts";
import { errors, notes, RequestError } from "./errors.ts";
import { CAPABILITIES, findRequest } from "./requests/index.ts";
import { checkArguments } from "./requests/request.ts";

/** What a session needs of the line to its client. */
export interface Line {
  /** The client does not keep up with reading. */
  isBacklogged(): boolean;
  close(): void;
}

export class Session extends ProtocolServer {
  readonly context: Context;

  constructor(environment: Environment, line: Line) {
    super();
    const client = {
      event: (name: string, body: object) => this.sendEvent(new Event(name, body)),
      isBacklogged: () => line.isBacklogged(),
      close: () => line.close(),
    };
    this.context = new Context(environment, client, CAPABILITIES);
  }

  /** Tells the user that input was no message. The session goes on. */
  reportProblems(count: number, problem: string): void {
    this.sendEvent(new Event("output", { category: "stderr", output: notes.badMessages(count, problem) }));
  }

  override dispose(): void {
    this.context.dispose();
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const response: DebugProtocol.Response = new Response(request);
    try {
      const body = this.handle(request);
      if (body !== undefined) response.body = body;
    } catch (problem) {
      fail(response, problem instanceof RequestError ? problem : errors.internal(request.command, String(problem)));
    }
    this.sendResponse(response);
    this.context.runDeferred();
  }

  private handle(request: DebugProtocol.Request): object | undefined {
    const row = findRequest(request.command);
    if (row === null) throw errors.unknownRequest(request.command);
    if (this.context.capabilities === null && row.command !== "initialize" && row.command !== "disconnect") {
      throw errors.notInitialized(row.command);
    }
    return row.handle(this.context, checkArguments(row, request.arguments) as never);
  }
}

function fail(response: DebugProtocol.Response, { id, message, showUser }: RequestError): void {
  response.success = false;
  response.message = message;
  response.body = { error: { id, format: message, showUser } };
}
