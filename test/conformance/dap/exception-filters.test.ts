/** Stops of the exception filters: each id is provoked by a program, under a manager where it means something. */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../support/black-box.ts";
import type { Loose } from "../../support/dap-conversation.ts";

const WASTE = `(define (waste n)
  (while (> n 0)
    (list n n)
    (set! n (- n 1))))
(waste 100)
`;
const KEEP = "(define (grow l) (grow (cons 1 l)))\n(grow nil)\n";
/** Every pair of the inner lists has two references, so an entry of its own. */
const MANY_COUNTS = `(define (fill n l)
  (while (> n 0)
    (let ((pair (cons n nil)))
      (set! l (cons pair (cons pair l))))
    (set! n (- n 1)))
  l)
(define kept (fill 330000 nil))
`;

interface Case {
  readonly filter: string;
  readonly program: string;
  readonly launch?: object;
  /** What the report says. */
  readonly report: RegExp;
}
const COUNTDOWN = { managerOptions: { countdown: 40 } };
const CASES: readonly Case[] = [
  { filter: "gc.trigger", program: WASTE, launch: COUNTDOWN, report: /countdown/ },
  { filter: "gc.start", program: WASTE, launch: COUNTDOWN, report: /about to begin/ },
  { filter: "gc.scan", program: WASTE, launch: COUNTDOWN, report: /stack is scanned/ },
  { filter: "gc.reclaim", program: WASTE, launch: COUNTDOWN, report: /LISTP: \d+/ },
  { filter: "gc.end", program: WASTE, launch: COUNTDOWN, report: /\d+ objects freed/ },
  {
    filter: "gc.disabled",
    program: MANY_COUNTS,
    launch: { heapMB: 24 },
    report: /1024 of 262136 pairs left/,
  },
  { filter: "object.alloc", program: WASTE, report: /Allocated \{LISTP\}/ },
  { filter: "object.free", program: WASTE, launch: COUNTDOWN, report: /Freed \{LISTP\}/ },
  {
    filter: "refcount.zero",
    program: "(define kept (list 1 2 3))\n(set! kept nil)\n",
    report: /Count is 0: .*\(1 2 3\)/,
  },
  {
    filter: "refcount.overflow",
    program: "(define x (list 1))\n(define many (make-vector 40000 x))\n",
    report: /big counts/,
  },
  { filter: "storage.pressure", program: KEEP, launch: { heapMB: 0.25 }, report: /\d+ pages are left/ },
  { filter: "storage.full", program: KEEP, launch: { heapMB: 0.25 }, report: /heap limit \d+ KB/ },
  { filter: "stack.overflow", program: "(define (deep n) (+ 1 (deep n)))\n(deep 1)\n", report: /stack/i },
  { filter: "page.new", program: KEEP, launch: { heapMB: 0.5 }, report: /Page \d+ \(octal\)/ },
  {
    filter: "memory.error",
    program: "(define x (list 1 2))\n(free x)\n(free x)\n",
    launch: { manager: "malloc" },
    report: /double free/,
  },
  { filter: "lisp.error", program: "(define (f x) (car x))\n(f 5)\n", report: /5/ },
  {
    filter: "leak",
    program: "(define (ring) (let ((a (cons 1 nil))) (set-cdr! a a) 0))\n(ring)\n",
    report: /1 object is left/,
  },
];

/** Runs a program to the first stop of a filter; what `stopped` and `exceptionInfo` say. */
async function stopAt(dap: BlackBox, { filter, program, launch }: Omit<Case, "report">, option: object = {}) {
  await dap.start(program, launch, () =>
    dap.request("setExceptionBreakpoints", { filters: [], filterOptions: [{ filterId: filter, ...option }] }),
  );
  const stopped = await dap.stopOrEnd();
  const info: Loose = await dap.request("exceptionInfo", { threadId: 1 });
  return { stopped, info };
}

test.each(CASES)(
  "request setExceptionBreakpoints, exceptionInfo: filter $filter stops, and reports it",
  ({ filter, program, launch = {}, report }) =>
    withAdapter(async (dap) => {
      const { stopped, info } = await stopAt(dap, { filter, program, launch });
      expect(stopped).toMatchObject({ reason: "exception", hitBreakpointIds: [expect.any(Number)] });
      expect(info.exceptionId).toBe(filter);
      expect(info.details.stackTrace).toMatch(report);
    }),
);

test("request setExceptionBreakpoints: filter refcount.error stops where a count falls below 0, and reports it", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([2], "(define x (list 1 2))\n(set! x nil)\n(print 1)\n");
    await dap.request("setExceptionBreakpoints", { filters: ["refcount.error"] });
    const { memoryReference } = await dap.request("evaluate", { expression: "x", context: "watch" });
    const pointer = Number(memoryReference) / 2;
    // The entry of an object to which nothing refers, while x does.
    await writeCell(dap, 0x160000 + (pointer & 0xfffe), (pointer >>> 15) & 0x1ffe);
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const info = await dap.request("exceptionInfo", { threadId: 1 });
    expect(info).toMatchObject({ exceptionId: "refcount.error" });
  }));

/** Writes a cell of a stopped program. */
async function writeCell(dap: BlackBox, address: number, cell: number): Promise<void> {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(cell);
  const memoryReference = `0x${(2 * address).toString(16)}`;
  await dap.request("writeMemory", { memoryReference, data: data.toString("base64") });
}

test("request setExceptionBreakpoints, exceptionInfo: filter verify stops at the first check that finds a wrong count", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([6], `(define kept (list 1 2))\n${WASTE}`, { verify: 25 });
    const { memoryReference } = await dap.request("evaluate", { expression: "kept", context: "watch" });
    const pointer = Number(memoryReference) / 2;
    await writeCell(dap, 0x160000 + (pointer & 0xfffe), (4 << 17) | ((pointer >>> 15) & 0x1ffe));
    await dap.request("setBreakpoints", { source: { path: `${dap.folder}/program.cons` }, breakpoints: [] });
    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    const info = await dap.request("exceptionInfo", { threadId: 1 });
    expect(info.exceptionId).toBe("verify");
    expect(info.details.stackTrace).toMatch(/has count 4, references found: 1/);
  }));

test("capability exceptionBreakpointFilters, supportsExceptionInfoRequest: every filter is offered, with the fields of its conditions", () =>
  withAdapter(async (dap) => {
    const { exceptionBreakpointFilters, supportsExceptionInfoRequest } = await dap.initialize();
    const ids = exceptionBreakpointFilters.map(({ filter }: Loose) => filter);
    expect(ids).toEqual(expect.arrayContaining([...CASES.map(({ filter }) => filter), "refcount.error"]));
    for (const row of exceptionBreakpointFilters) {
      expect(row).toMatchObject({ supportsCondition: true, conditionDescription: expect.stringContaining("site") });
    }
    expect(supportsExceptionInfoRequest).toBe(true);
  }));

test("request setExceptionBreakpoints: a filter for what cannot happen under the manager says so", () =>
  withAdapter(async (dap) => {
    await dap.start(WASTE, { manager: "none", stopOnEntry: true });
    await dap.event("stopped");
    const { breakpoints } = await dap.request("setExceptionBreakpoints", { filters: ["gc.end", "object.alloc"] });
    expect(breakpoints).toMatchObject([
      { verified: false, message: '"gc.end" cannot happen here: the memory manager "none" runs no collections.' },
      { verified: true },
    ]);
  }));
