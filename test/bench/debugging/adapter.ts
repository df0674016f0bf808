/** What a person waits for: answers of the bundled adapter as a child process, over its standard input and output. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { DapClient } from "../../../cli/dap-client.ts";
import type { BenchRow } from "../row.ts";

const ROUNDS = 300;
const PAUSES = 50;
const COLLECTION_FILTERS = ["gc.trigger", "gc.start", "gc.reclaim", "gc.end"];

/** Runs for ever, allocating, with a function whose lines can be stepped. */
const PROGRAM = `(define kept (list 1 2 3))
(define (work n)
  (let ((scratch (list n n n)))
    (set-car! kept scratch)
    (length scratch)))
(let loop ((i 0))
  (work i)
  (loop (% (+ i 1) 1000)))
`;

/** Milliseconds below which 99 of 100 calls stay, and the fastest. The first tenth of the calls is not counted. */
export async function p99(rounds: number, call: () => Promise<unknown>): Promise<{ value: number; best: number }> {
  const times: number[] = [];
  for (let round = -rounds / 10; round < rounds; round++) {
    const start = performance.now();
    await call();
    if (round >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { value: times[Math.floor(times.length * 0.99)] as number, best: times[0] as number };
}

/** The program runs for ever, so that an end is a mistake, and waiting for a stop would be too. */
export async function stopped(client: DapClient): Promise<void> {
  const { event, body } = await client.event("stopped", "terminated");
  if (event !== "stopped") throw new Error(`the program of the benchmark ended: ${JSON.stringify(body)}`);
}

export async function inAdapter<T>(use: (client: DapClient) => Promise<T>): Promise<T> {
  const client = new DapClient(join(__dirname, "adapter.cjs"), [], () => {});
  try {
    return await use(client);
  } finally {
    client.end();
  }
}

async function start(client: DapClient, program: string, filters: readonly string[], line?: number): Promise<void> {
  await client.request("initialize", { adapterID: "conspect" });
  const launched = client.request("launch", { program });
  await client.event("initialized");
  await client.request("setExceptionBreakpoints", { filters });
  if (line !== undefined) await setLine(client, program, [{ line }]);
  await client.request("configurationDone");
  await launched;
}

function setLine(client: DapClient, path: string, breakpoints: readonly { line: number }[]): Promise<unknown> {
  return client.request("setBreakpoints", { source: { path }, breakpoints });
}

export async function rows(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "conspect-bench-"));
  const program = join(folder, "endless.cons");
  writeFileSync(program, PROGRAM);
  try {
    return [...(await inAdapter((client) => measure(client, program))), await digests()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(client: DapClient, program: string): Promise<readonly BenchRow[]> {
  await start(client, program, [], 3);
  await stopped(client);
  await setLine(client, program, []);
  const step = await p99(ROUNDS, async () => {
    await client.request("next", { threadId: 1, granularity: "statement" });
    await stopped(client);
  });
  const locals = await firstScope(client);
  const variables = await p99(ROUNDS, () => client.request("variables", { variablesReference: locals }));
  const memory = await p99(ROUNDS, () => client.request("readMemory", { memoryReference: "0x5C0000", count: 4096 }));
  const pauses: number[] = [];
  for (let round = 0; round < PAUSES; round++) {
    await client.request("continue", { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begin = performance.now();
    await client.request("pause", { threadId: 1 });
    await stopped(client);
    pauses.push(performance.now() - begin);
  }
  const row = (name: string, figures: { value: number; best: number }, target: number): BenchRow => {
    return { name, ...figures, unit: "ms", target, isLowerBetter: true };
  };
  return [
    row("DAP step: p99", step, 20),
    row("DAP variables: p99", variables, 20),
    row("DAP readMemory of 4 KiB: p99", memory, 20),
    row(`pause of an endless loop: worst of ${PAUSES}`, { value: Math.max(...pauses), best: Math.min(...pauses) }, 100),
  ];
}

async function firstScope(client: DapClient): Promise<number> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId: 1 });
  const frameId = stackFrames[0]?.id ?? 0;
  const { scopes } = await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
  return scopes[0]?.variablesReference ?? 0;
}

/** Whether looking at everything at every stop of a collection leaves the machine as it is when nobody looks. */
async function digests(): Promise<BenchRow> {
  const program = join(__dirname, "..", "examples", "garbage.cons");
  const seen = await inAdapter(async (client) => {
    await start(client, program, COLLECTION_FILTERS);
    for (;;) {
      const { event } = await client.event("stopped", "terminated");
      if (event === "terminated") return digestOf(client);
      await lookAtAll(client);
      await client.request("continue", { threadId: 1 });
    }
  });
  const unseen = await inAdapter(async (client) => {
    await start(client, program, []);
    await client.event("terminated");
    return digestOf(client);
  });
  const value = seen === unseen ? "equal" : "different";
  return { name: "machine digest, everything looked at against not", value, best: null, unit: "", target: "equal" };
}

async function digestOf(client: DapClient): Promise<string> {
  return (await client.request<{ digest: string }>("conspect/digest")).digest;
}

async function lookAtAll(client: DapClient): Promise<void> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId: 1 });
  const frameId = stackFrames[0]?.id ?? 0;
  await client.request("exceptionInfo", { threadId: 1 });
  await client.request("evaluate", { expression: "(cons kept (length tail))", frameId, context: "watch" });
  const { scopes } = await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
  for (const { variablesReference } of scopes) await open(client, variablesReference, 3);
}

async function open(client: DapClient, variablesReference: number, depth: number): Promise<void> {
  const { variables } = await client.request<DebugProtocol.VariablesResponse["body"]>("variables", {
    variablesReference,
    start: 0,
    count: 10,
  });
  if (depth === 0) return;
  for (const child of variables) {
    if (child.variablesReference > 0) await open(client, child.variablesReference, depth - 1);
  }
}
