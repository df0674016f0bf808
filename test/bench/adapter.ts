/** What a person waits for: answers of the bundled adapter as a child process, over its standard input and output. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { DapClient } from "../../cli/dap-client.ts";
import type { BenchRow } from "./row.ts";

const ROUNDS = 300;

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

/** Milliseconds below which 99 of 100 calls stay. */
async function p99(rounds: number, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] as number;
}

export async function rows(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "conspect-bench-"));
  const program = join(folder, "endless.cons");
  writeFileSync(program, PROGRAM);
  const client = new DapClient(join(__dirname, "adapter.cjs"), [], () => {});
  try {
    return await measure(client, program);
  } finally {
    client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(client: DapClient, program: string): Promise<readonly BenchRow[]> {
  await client.request("initialize", { adapterID: "conspect" });
  const launched = client.request("launch", { program });
  await client.event("initialized");
  await client.request("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 3 }] });
  await client.request("configurationDone");
  await launched;
  await client.event("stopped");
  await client.request("setBreakpoints", { source: { path: program }, breakpoints: [] });

  const step = await p99(ROUNDS, async () => {
    await client.request("next", { threadId: 1, granularity: "statement" });
    await client.event("stopped");
  });
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId: 1 });
  const { scopes } = await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
    frameId: stackFrames[0]?.id ?? 0,
  });
  const variables = await p99(ROUNDS, () =>
    client.request("variables", { variablesReference: scopes[0]?.variablesReference ?? 0 }),
  );
  const memory = await p99(ROUNDS, () => client.request("readMemory", { memoryReference: "0x5C0000", count: 4096 }));
  const pauses: number[] = [];
  for (let round = 0; round < 50; round++) {
    await client.request("continue", { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const start = performance.now();
    await client.request("pause", { threadId: 1 });
    await client.event("stopped");
    pauses.push(performance.now() - start);
  }
  const ms = (name: string, value: number, target: number): BenchRow => ({
    name,
    value,
    unit: "ms",
    target,
    isLowerBetter: true,
  });
  return [
    ms("DAP step: p99", step, 20),
    ms("DAP variables: p99", variables, 20),
    ms("DAP readMemory of 4 KiB: p99", memory, 20),
    ms("pause of an endless loop: worst of 50", Math.max(...pauses), 100),
  ];
}
