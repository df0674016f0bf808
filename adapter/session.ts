/**
 * A session: takes requests of one client in, looks them up in `requests/index.ts`, and sends the answers. Errors of handlers become error responses, and the
 * session goes on. Nothing here knows how the messages travel; `connection.ts` does.
 */
import { Event, Response } from "@vscode/debugadapter/lib/messages.js";
import { ProtocolServer } from "@vscode/debugadapter/lib/protocol.js";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { IndexSteps } from "#core";
import { Context, type Environment } from "./context.ts";
import { errors, notes, RequestError } from "./errors.ts";
import { CAPABILITIES, findRequest } from "./requests/index.ts";
import { type AnyRequest, checkArguments, type Work } from "./requests/request.ts";

/** What the user is told of work that comes before an answer. */
const SEARCH = "Searching the heap";
/** Time that a client has to answer a request of ours. */
const ANSWER_MS = 30_000;

/** What a session needs of the line to its client. */
export interface Line {
  /** The client does not keep up with reading. */
  isBacklogged(): boolean;
  close(): void;
  /**
   * Lets another process serve the client from now on.
   * @param hello arguments of the client's `initialize`
   * @param refused there is none; the session goes on here
   */
  handOver(port: number, hello: object, request: DebugProtocol.Request, refused: (problem: RequestError) => void): void;
}

export class Session extends ProtocolServer {
  readonly context: Context;

  private readonly line: Line;

  constructor(environment: Environment, line: Line) {
    super();
    this.line = line;
    const client = {
      event: (name: string, body: object) => this.sendEvent(new Event(name, body)),
      request: (command: string, args: object, refused: (message: string) => void) =>
        this.sendRequest(command, args, ANSWER_MS, ({ success, message }) => {
          if (!success) refused(message ?? "");
        }),
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
    this.answer(request, () => {
      const row = this.rowOf(request);
      const args = checkArguments(row, request.arguments) as never;
      const port = row.elsewhere?.(this.context, args) ?? null;
      if (port !== null) return this.elsewhere(request, port);
      const work = row.work?.(this.context, args) ?? null;
      if (work !== null) return this.inSteps(request, work);
      const steps = row.prepare?.(this.context, args) ?? null;
      const handle = () => row.handle(this.context, args);
      return steps === null ? handle() : this.later(request, SEARCH, steps, handle);
    });
  }

  /** Sends the answer that `find` finds, unless that is `LATER`. */
  private answer(request: DebugProtocol.Request, find: () => object | undefined | typeof LATER): void {
    const response: DebugProtocol.Response = new Response(request);
    try {
      const body = find();
      if (body === LATER) return;
      if (body !== undefined) response.body = body;
    } catch (problem) {
      fail(response, problem instanceof RequestError ? problem : errors.internal(request.command, String(problem)));
    }
    this.sendResponse(response);
    this.context.runDeferred();
  }

  /** Lets the request wait for its preparation. @param handle finds the answer then */
  private later(
    request: DebugProtocol.Request,
    title: string,
    steps: IndexSteps<unknown>,
    handle: () => object | undefined,
  ): typeof LATER {
    this.context.preparations.add({
      id: request.seq,
      command: request.command,
      title,
      steps,
      ready: () => this.answer(request, handle),
      refuse: (problem) => {
        // Whoever makes it wait no longer has an answer of its own under way: what that has deferred stays deferred.
        const response: DebugProtocol.Response = new Response(request);
        fail(response, problem);
        this.sendResponse(response);
      },
    });
    return LATER;
  }

  /** Lets the request wait for its work, which finds the answer or an error. */
  private inSteps(request: DebugProtocol.Request, { title, steps }: Work): typeof LATER {
    let find: () => object | undefined = () => undefined;
    function* finding(): IndexSteps<void> {
      try {
        find = yield* steps;
      } catch (problem) {
        find = () => {
          throw problem;
        };
      }
    }
    return this.later(request, title, finding(), () => find());
  }

  private elsewhere(request: DebugProtocol.Request, port: number): typeof LATER {
    this.line.handOver(port, this.context.capabilities ?? {}, request, (problem) => {
      this.answer(request, () => {
        throw problem;
      });
    });
    return LATER;
  }

  private rowOf({ command }: DebugProtocol.Request): AnyRequest {
    const row = findRequest(command);
    if (row === null) throw errors.unknownRequest(command);
    if (this.context.capabilities === null && row.command !== "initialize" && row.command !== "disconnect") {
      throw errors.notInitialized(row.command);
    }
    return row;
  }
}

/** The answer will come by itself. */
const LATER = Symbol("later");

function fail(response: DebugProtocol.Response, { id, message, showUser }: RequestError): void {
  response.success = false;
  response.message = message;
  response.body = { error: { id, format: message, showUser } };
}
