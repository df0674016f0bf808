/** What somebody waits for who types: answers of the bundled language server as a child process, after each keystroke. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { LANGUAGE_SERVER_ENGINE } from "#wire";
import type { BenchRow } from "./row.ts";

const LINES = 1000;
const EDITS = 100;
/** Edits before those that are counted. */
const WARM_UP = 20;
/** Lines that an editor shows. */
const SHOWN_LINES = 60;
const URI = "file:///bench.cons";

/** Twenty lines that make, share, change and drop lists; each block calls the one before. */
const BLOCK = `; Block N: makes lists, sums them, keeps some.
(define kept-N nil)
(define (make-N a b)
  (let ((first (cons a nil)) (second (cons b nil)))
    (set-cdr! first second)
    first))
(define (sum-N items)
  (let loop ((rest items) (total 0))
    (cond ((null? rest) total)
          ((pair? (car rest)) (loop (cdr rest) total))
          (else (loop (cdr rest) (+ total (car rest)))))))
(define (share-N n)
  (let ((base (list n n n)))
    (let ((left (cons 0 base)) (right (cons 1 base)))
      (+ (sum-N left) (sum-N right)))))
(define (work-N n)
  (for (i 0 n)
    (let ((scratch (make-N i PREVIOUS)))
      (when (= i 3) (set! kept-N scratch))
      (share-N (sum-N scratch)))))
`;

export function benchProgram(): string {
  let text = "";
  for (let n = 0; text.split("\n").length <= LINES; n++) {
    const previous = n === 0 ? "1" : `(sum-${n - 1} kept-${n - 1})`;
    text += BLOCK.replaceAll("-N", `-${n}`).replace("Block N", `Block ${n}`).replace("PREVIOUS", previous);
  }
  return `${text}(work-3 10)\n`;
}

export async function rows(): Promise<readonly BenchRow[]> {
  const text = benchProgram();
  const child = spawn(process.execPath, [...LANGUAGE_SERVER_ENGINE, join(__dirname, "server.cjs"), "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  try {
    await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    await connection.sendNotification("initialized", {});
    const textDocument = { uri: URI, languageId: "conspect", version: 0, text };
    await connection.sendNotification("textDocument/didOpen", { textDocument });
    const hints = await typing(connection, "textDocument/inlayHint");
    const tokens = await typing(connection, "textDocument/semanticTokens/full");
    return [
      row(`keystroke to hints, ${LINES} lines`, hints, 100),
      row(`keystroke to semantic tokens, ${LINES} lines`, tokens, null),
    ];
  } finally {
    connection.dispose();
    child.kill();
  }
}

function row(name: string, { value, best }: { value: number; best: number }, target: number | null): BenchRow {
  return { name: `${name}: p99`, value, best, unit: "ms", target, isLowerBetter: true };
}

/** Types and deletes a character in the middle of the file, and asks after each. */
async function typing(connection: ProtocolConnection, method: string): Promise<{ value: number; best: number }> {
  const line = LINES / 2 - ((LINES / 2) % 20) + 4;
  const times: number[] = [];
  for (let edit = 0; edit < EDITS + WARM_UP; edit++) {
    const isTyped = edit % 2 === 0;
    const start = { line, character: 4 };
    const end = { line, character: isTyped ? 4 : 5 };
    const began = performance.now();
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: URI, version: edit + 1 },
      contentChanges: [{ range: { start, end }, text: isTyped ? " " : "" }],
    });
    const range = {
      start: { line: line - SHOWN_LINES / 2, character: 0 },
      end: { line: line + SHOWN_LINES / 2, character: 0 },
    };
    await connection.sendRequest(method, { textDocument: { uri: URI }, range });
    if (edit >= WARM_UP) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return { value: times[Math.floor(times.length * 0.99)] as number, best: times[0] as number };
}
