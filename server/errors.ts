/** Every message of the language server that a user or a client can see, except the diagnostics of the language itself. */
import { ErrorCodes, ResponseError } from "vscode-languageserver";

export function invalidParams(attribute: string, expected: string, found: unknown): ResponseError<void> {
  const text = JSON.stringify(found) ?? "nothing";
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new ResponseError(ErrorCodes.InvalidParams, `${attribute}: expected ${expected}, found ${shown}`);
}

export function messageTooLong(lengthBytes: number, limitBytes: number): Error {
  return new Error(`skipped a message of ${lengthBytes} bytes: the limit is ${limitBytes} bytes`);
}

export function noHeader(): Error {
  return new Error('skipped bytes that are no message: expected a header "Content-Length: n" and an empty line');
}

export function noMessage(reason: string): Error {
  return new Error(`skipped a message body: expected one JSON-RPC object: ${reason}`);
}

export function textTooLong(length: number, limit: number): string {
  return `this file is not analysed: it has ${length} characters, the limit is ${limit}; split it into several files`;
}

export function tooManyProblems(count: number): string {
  return `${count} more problem${count === 1 ? "" : "s"} from here on: correct the ones above first`;
}

export function notInitialized(method: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.ServerNotInitialized, `${method}: the first request has to be initialize`);
}

export function shutDown(method: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidRequest, `${method}: the server is shut down; only exit may follow`);
}
