/**
 * The debug adapter as a program. One client over standard input and output; or, with `--port N`, any number of clients over TCP on this computer, one session
 * each. `--port 0` takes a free port and prints it. Ends when its client is gone; one that was asked to listen serves those who have attached first.
 */
import { fstatSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { realEnvironment } from "./program/environment.ts";
import { Doors, type Opened } from "./run/doors.ts";
import { serve } from "./transport/connection.ts";
import { showTerminal } from "./transport/terminal.ts";

const STATUS_OK = 0;
const STATUS_INTERNAL = 70;
const STATUS_USAGE = 2;
/** 128 and the number of the signal, as shells say it. */
const STATUS_TERMINATED = 143;
const USAGE = "usage: adapter [--port N]   (0 takes a free port; without --port: standard input and output)\n";
/** Time for the last answer to reach a client that still reads. */
const FAREWELL_MS = 500;

/** The port asked for, null for standard input and output. */
function portOf(args: readonly string[]): number | null {
  if (args.length === 0) return null;
  const text = args.join(" ").match(/^--port[ =]([0-9]{1,5})$/)?.[1];
  if (text !== undefined && Number(text) <= 65535) return Number(text);
  process.stderr.write(USAGE);
  return process.exit(STATUS_USAGE);
}

/** All clients of this process see the same machines. */
const environment = realEnvironment(new Doors(openDoor));
/** Connections that are open. */
let guests = 0;
/** The client on standard streams has gone. */
let isAlone = false;

function serveStandardStreams(): void {
  environment.runs.whenEmptied(exitWhenIdle);
  serve(process.stdin, process.stdout, environment, () => {
    process.stdin.destroy();
    isAlone = true;
    process.stdout.end(exitWhenIdle);
    // What is written already may still be on its way; a client that does not read any more must not keep this process.
    setTimeout(exitWhenIdle, FAREWELL_MS).unref();
  });
}

/** Editors end the adapter with the session that has started it. Who has attached since keeps what it looks at. */
process.on("SIGTERM", () => {
  if (guests === 0) process.exit(STATUS_TERMINATED);
  isAlone = true;
});

/** Other clients, and a machine that is kept for them, keep the process. */
function exitWhenIdle(): void {
  if (isAlone && guests === 0 && environment.runs.ids.length === 0) process.exit(STATUS_OK);
}

function openDoor(port: number, done: (opened: Opened) => void): void {
  const server: Server = createServer((socket) => {
    guests++;
    // Answers are small, and each waits for the next request: gathering them would cost 40 ms.
    socket.setNoDelay(true);
    serve(socket, socket, environment, () => {
      socket.destroySoon();
      guests--;
      exitWhenIdle();
    });
  });
  server.on("error", (problem) => done({ problem: `cannot listen on port ${port}: ${problem.message}` }));
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    done({ port: typeof address === "object" && address !== null ? address.port : port });
  });
}

function servePort(port: number): void {
  environment.doors.listen(port, (opened) => {
    if ("port" in opened) process.stdout.write(`listening on 127.0.0.1:${opened.port}\n`);
    else {
      process.stderr.write(`${opened.problem}\n`);
      process.exit(STATUS_USAGE);
    }
  });
  exitWithParent();
}

/** Someone who started this with a pipe to it is gone when the pipe ends. A terminal, a file or nothing says nothing. */
function exitWithParent(): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(STATUS_OK));
  process.stdin.on("error", () => process.exit(STATUS_OK));
}

process.on("uncaughtException", (problem) => {
  process.stderr.write(`conspect adapter: internal error: ${problem.stack ?? problem.message}\n`);
  process.exit(STATUS_INTERNAL);
});
const [mode, terminalPort, word] = process.argv.slice(2);
if (mode === "--terminal") showTerminal(Number(terminalPort), word ?? "");
else {
  const port = portOf(process.argv.slice(2));
  if (port === null) serveStandardStreams();
  else servePort(port);
}
