/** Every message of the language server that a user or a client can see, except the diagnostics of the language itself. */
import { ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { RenameRefusal } from "#core";

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

export function requestCancelled(method: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, `${method}: cancelled`);
}

export function contentModified(method: string): ResponseError<void> {
  return new ResponseError(
    LSPErrorCodes.ContentModified,
    `${method}: the text changed after the request was made; ask again`,
  );
}

/** @param line where the conflict is, from 1 as editors count */
export function cannotRename(refusal: RenameRefusal, line: number): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, renameRefusal(refusal, line));
}

function renameRefusal(refusal: RenameRefusal, line: number): string {
  switch (refusal.refused) {
    case "no-name":
      return "There is no name here: put the cursor on the name of a variable or function.";
    case "built-in":
      return `${refusal.name} is built in: only what this file defines can be renamed.`;
    case "special-form":
      return `${refusal.name} is a word of the language: only what this file defines can be renamed.`;
    case "made":
      return `${refusal.name} comes from a type or a macro: change that by hand.`;
    case "not-defined":
      return `${refusal.name} is not defined in this file: define it first.`;
    case "data":
      return `${refusal.name} is text or data here, not the name of something: nothing refers to it.`;
    case "bad-name":
      return `“${refusal.name}” is not a name: expected letters, digits and signs such as - ? ! without spaces, brackets or quotes.`;
    case "taken":
      return `${refusal.name} has a meaning in the language: choose another name.`;
    case "conflict":
      return `${refusal.name} is in use: line ${line} would mean something else. Choose another name.`;
  }
}
