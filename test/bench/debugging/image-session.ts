/** What a person waits for who opens an image in the debugger: from the launch to the first variables, in the bundled adapter. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { DapClient } from "../../../cli/dap-client.ts";
import { writeSysout } from "../../../core/memory/sysout/write-sysout.ts";
import { bigMemory } from "../../support/images/big-image.ts";
import type { BenchRow } from "../row.ts";

const ROUNDS = 5;
/** File sizes, and the first targets in milliseconds (design, section 5). The second fills an address space of 256 MB. */
const SIZES = [
  { name: "11 MB", megabytes: 11, target: 500 },
  { name: "256 MB", megabytes: 240, target: 2000 },
] as const;

type Scopes = DebugProtocol.ScopesResponse["body"]["scopes"];

export async function rows(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "conspect-bench-"));
  const found: BenchRow[] = [];
  try {
    for (const { name, megabytes, target } of SIZES) {
      const path = join(folder, `${megabytes}.sysout`);
      write(path, megabytes);
      found.push(...(await measure(name, path, target)));
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(path: string, megabytes: number): void {
  const file = openSync(path, "w");
  for (const piece of writeSysout(bigMemory(megabytes))) writeSync(file, piece);
  closeSync(file);
}

async function measure(name: string, path: string, target: number): Promise<readonly BenchRow[]> {
  const first: number[] = [];
  const slowest = new Map<string, number[]>();
  for (let round = -1; round < ROUNDS; round++) {
    const client = new DapClient(join(__dirname, "adapter.cjs"), [], () => {});
    try {
      await client.request("initialize", { adapterID: "conspect" });
      const begin = performance.now();
      const launched = client.request("launch", { image: path });
      await client.event("initialized");
      await client.request("configurationDone");
      await launched;
      await client.event("stopped");
      const scopes = await scopesOf(client);
      await open(client, scopes, "Locals");
      if (round >= 0) first.push(performance.now() - begin);
      for (const { name: scope } of scopes) {
        const start = performance.now();
        await open(client, scopes, scope);
        if (round >= 0) slowest.set(scope, [...(slowest.get(scope) ?? []), performance.now() - start]);
      }
    } finally {
      client.end();
    }
  }
  const [scope, times] = [...slowest].sort((a, b) => median(b[1]) - median(a[1]))[0] ?? ["none", [0]];
  const row = (what: string, values: number[], limit: number | null): BenchRow => {
    return {
      name: what,
      value: median(values),
      best: Math.min(...values),
      unit: "ms",
      target: limit,
      isLowerBetter: true,
    };
  };
  return [
    row(`image of ${name}, launch to first variables`, first, target),
    row(`image of ${name}, slowest scope (${scope})`, times, null),
  ];
}

async function scopesOf(client: DapClient): Promise<Scopes> {
  const asked = { threadId: 1, startFrame: 0, levels: 20 };
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>("stackTrace", asked);
  const frameId = stackFrames[0]?.id ?? 0;
  return (await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId })).scopes;
}

async function open(client: DapClient, scopes: Scopes, name: string): Promise<void> {
  const { variablesReference } = scopes.find((scope) => scope.name === name) ?? { variablesReference: 0 };
  await client.request("variables", { variablesReference });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
