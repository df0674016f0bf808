/** Answers of the bundled adapter where there is much to show: a stack as deep as it can be, a heap of millions of objects, a thousand watches. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { DapClient } from "../../../cli/dap-client.ts";
import type { BenchRow } from "../row.ts";
import { inAdapter, p99, stopped } from "./adapter.ts";

const CONSES = 10_000_000;
const WATCHES = 1000;
const ROUNDS = 200;
const PAGE = 100;
/** Further apart than pages, and without a pattern: no round finds what another has just read. */
const STRIDE = 104_729;
const TARGET_MS = 20;
const BREAKPOINTS = 10_000;

/** The stack segment holds about 3800 frames of the smallest kind. */
const PROGRAM = `(define depth 3700)
(define (down)
  (if (= depth 0)
      (car '(1))
      (begin (set! depth (- depth 1)) (down) 1)))
(define table (make-vector 65000 7))
(define (fill list n) (if (= n 0) list (fill (cons n list) (- n 1))))
(define big (fill nil ${CONSES}))
(print (down))
`;

export async function rows(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "conspect-bench-"));
  const program = join(folder, "deep.cons");
  writeFileSync(program, PROGRAM);
  try {
    const found = await inAdapter((client) => measure(client, program));
    return [...found, ...(await inAdapter((client) => measureBreakpoints(client, join(folder, "many.cons"))))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(client: DapClient, program: string): Promise<readonly BenchRow[]> {
  await client.request("initialize", { adapterID: "conspect", supportsVariablePaging: true });
  const launched = client.request("launch", { program, heapMB: 200, manager: "none" });
  await client.event("initialized");
  await client.request("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 4 }] });
  await client.request("configurationDone");
  await launched;
  await stopped(client);

  const { stackFrames, totalFrames = 0 } = await client.request<DebugProtocol.StackTraceResponse["body"]>(
    "stackTrace",
    {
      threadId: 1,
    },
  );
  const frameId = stackFrames[totalFrames >> 1]?.id ?? 0;
  let round = 0;
  const far = (limit: number) => (round++ * STRIDE) % limit;
  const frames = await p99(ROUNDS, () =>
    client.request("stackTrace", { threadId: 1, startFrame: far(totalFrames - 20), levels: 20 }),
  );
  const watches = await p99(WATCHES, () =>
    client.request("evaluate", { expression: `(vector-ref table ${far(65_000)})`, frameId, context: "watch" }),
  );
  const cells = await conses(client, frameId);
  const objects = await p99(ROUNDS, () =>
    client.request("variables", { ...cells, filter: "indexed", start: far(CONSES - PAGE), count: PAGE }),
  );
  const row = (name: string, figures: { value: number; best: number }): BenchRow => {
    return { name, ...figures, unit: "ms", target: TARGET_MS, isLowerBetter: true };
  };
  return [
    row(`20 of ${totalFrames} frames: p99`, frames),
    row(`one of ${WATCHES} watches in a frame in the middle: p99`, watches),
    row(`${PAGE} of ${CONSES} objects: p99`, objects),
  ];
}

/** A breakpoint on each line, and stops at one after the other. */
async function measureBreakpoints(client: DapClient, program: string): Promise<readonly BenchRow[]> {
  const lines = Array.from({ length: BREAKPOINTS }, (_, i) => i + 1);
  writeFileSync(program, ["(define n 0)", ...lines.map((line) => `(set! n ${line})`)].join("\n"));
  await client.request("initialize", { adapterID: "conspect" });
  const launched = client.request("launch", { program });
  await client.event("initialized");
  const set = async () => {
    const start = performance.now();
    await client.request("setBreakpoints", {
      source: { path: program },
      breakpoints: lines.map((line) => ({ line: line + 1 })),
    });
    return performance.now() - start;
  };
  const first = await set();
  await client.request("configurationDone");
  await launched;
  await stopped(client);
  const again = await set();
  const hits = await p99(ROUNDS, async () => {
    await client.request("continue", { threadId: 1 });
    await stopped(client);
  });
  const row = (name: string, value: number, best: number | null): BenchRow => {
    return { name, value, best, unit: "ms", target: null, isLowerBetter: true };
  };
  return [
    row(`set ${BREAKPOINTS} breakpoints, first and again`, first, again),
    row(`from one of ${BREAKPOINTS} breakpoints to the next: p99`, hits.value, hits.best),
  ];
}

/** The reference of all pairs of the heap. */
async function conses(client: DapClient, frameId: number): Promise<{ readonly variablesReference: number }> {
  const { scopes } = await client.request<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
  const variablesReference = scopes.find(({ name }) => name === "Objects")?.variablesReference ?? 0;
  const { variables } = await client.request<DebugProtocol.VariablesResponse["body"]>("variables", {
    variablesReference,
  });
  const found = variables.find(({ name }) => name === "LISTP");
  if ((found?.indexedVariables ?? 0) < CONSES) throw new Error(`the heap of the benchmark has too few pairs: ${found}`);
  return { variablesReference: found?.variablesReference ?? 0 };
}
