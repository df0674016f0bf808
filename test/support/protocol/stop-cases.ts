/** A program for each stop that an exception filter can make, with what is known of it. */

import type { BlackBox } from "./black-box.ts";

export interface StopCase {
  readonly filter: string;
  readonly program: string;
  readonly launch?: object;
  /** What is done to the program that stands at its beginning. */
  readonly prepare?: (dap: BlackBox) => Promise<void>;
  /** Fields of the event, besides those that all have. */
  readonly fields: readonly string[];
  /** A condition that does not hold at the first stop, and does at one of the next three. */
  readonly second: string | ((firstReport: string) => string);
  /** What the report of the first stop says. */
  readonly report: readonly RegExp[];
}

/** The program does not go on behind them. */
export const LAST: ReadonlySet<string> = new Set([
  "storage.full",
  "stack.overflow",
  "lisp.error",
  "memory.error",
  "leak",
]);

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
(define kept (fill 20000 nil))
`;
const COUNTDOWN = { managerOptions: { countdown: 40 } };
const SECOND_COLLECTION = "(= number 2)";
const STACK = /Stack, innermost first:\n {2}\S/;
const TABLES =
  /main table \d+ of 32768 cells, .*collision table up to \d+ of \d+, 0 big counts\.\nCountdown: (?:\d+|off), restarts at 40/;
const CROSSED =
  /Crossed the line: by \{LISTP\}#\d+,\d+ .*, at waste, program\.cons:3: \(list n n\): \w+ at 0x[0-9A-F]+\./;
const STORAGE = /Storage left: \d+ of \d+ KB\./;

/** Writes a cell of a stopped program. */
export async function writeCell(dap: BlackBox, address: number, cell: number): Promise<void> {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(cell);
  const memoryReference = `0x${(2 * address).toString(16)}`;
  await dap.request("writeMemory", { memoryReference, data: data.toString("base64") });
}
/** Writes the count of an object into the main table, whatever it is. */
export async function writeEntry(dap: BlackBox, memoryReference: string, count: number): Promise<void> {
  const pointer = Number(memoryReference) / 2;
  await writeCell(dap, 0x160000 + (pointer & 0xfffe), (count << 17) | ((pointer >>> 15) & 0x1ffe));
}

/** Address of the first object that a text shows, in words. */
function addressIn(text: string): number {
  const [, segment = "", word = ""] = /#(\d+),(\d+)/.exec(text) ?? [];
  return Number.parseInt(segment, 8) * 0x10000 + Number.parseInt(word, 8);
}

export const STOPS: readonly StopCase[] = [
  {
    filter: "gc.trigger",
    program: WASTE,
    launch: COUNTDOWN,
    fields: ["cause", "type", "address"],
    second: "(< n 50)",
    report: [
      /A collection is due: the countdown .* reached 0/,
      /\d+ objects will be freed.*\n {2}LISTP: \d+/,
      /Crossed the line: by \{LISTP\}/,
      TABLES,
      STORAGE,
      STACK,
    ],
  },
  {
    filter: "gc.start",
    program: WASTE,
    launch: COUNTDOWN,
    fields: ["cause", "number"],
    second: SECOND_COLLECTION,
    report: [/Collection 1 .*: about to begin/, CROSSED, /Pause so far: 1 step/, TABLES, STORAGE, STACK],
  },
  {
    filter: "gc.scan",
    program: WASTE,
    launch: COUNTDOWN,
    fields: ["cause", "number", "marked"],
    second: SECOND_COLLECTION,
    report: [
      /the stack is scanned/,
      /Marked from the stack: \d+ object/,
      CROSSED,
      /Pause so far: 2 steps/,
      TABLES,
      STACK,
    ],
  },
  {
    filter: "gc.reclaim",
    program: WASTE,
    launch: COUNTDOWN,
    fields: ["cause", "number", "marked"],
    second: SECOND_COLLECTION,
    report: [
      /about to reclaim/,
      /\d+ objects will be freed.*\n {2}LISTP: \d+/,
      CROSSED,
      /Pause so far: 3 steps/,
      TABLES,
      STORAGE,
      STACK,
    ],
  },
  {
    filter: "gc.end",
    program: WASTE,
    launch: COUNTDOWN,
    fields: ["cause", "number", "marked", "freed"],
    second: SECOND_COLLECTION,
    report: [
      /is done: \d+ objects freed/,
      / {2}LISTP: \d+/,
      CROSSED,
      /Pause so far: \d+ steps/,
      TABLES,
      STORAGE,
      STACK,
    ],
  },
  {
    filter: "gc.disabled",
    program: MANY_COUNTS,
    launch: { heapMB: 4 },
    // The next pair of the collision table: 20 before the reserve.
    prepare: (dap) => writeCell(dap, 0x1c0002, 524272 - 2 * 1024 - 2 * 20),
    fields: ["pairs"],
    second: "(= pairs 0)",
    report: [/1024 of 262136 pairs left/, /Nothing is lost yet/, STORAGE, STACK],
  },
  {
    filter: "object.alloc",
    program: WASTE,
    fields: ["type", "address", "size"],
    second: "(= n 99)",
    report: [/Allocated \{/, /type \S+, \d+ words/, STACK],
  },
  {
    filter: "object.free",
    program: WASTE,
    launch: COUNTDOWN,
    fields: ["type", "address", "size"],
    second: (first) => `(not (= address ${addressIn(first)}))`,
    report: [/Freed \{LISTP\}#\d+,\d+ \(/, /type LISTP, \d+ words/, STACK],
  },
  {
    filter: "refcount.zero",
    program: "(define a (list 1))\n(define b (vector 2))\n(set! a nil)\n(set! b nil)\n",
    fields: ["type", "address", "count"],
    second: "(eq? type 'ONED-ARRAY)",
    report: [/Count is 0: /, /next collection frees it, unless the stack holds it/, STACK],
  },
  {
    filter: "refcount.overflow",
    program:
      "(define x (list 1))\n(define y (vector 1))\n(define many (make-vector 33000 x))\n(define more (make-vector 33000 y))\n",
    fields: ["type", "address", "count"],
    second: "(eq? type 'ONED-ARRAY)",
    report: [/Count passed the inline maximum: \{LISTP\}/, /table of big counts/, STACK],
  },
  {
    filter: "refcount.error",
    program: "(define x (list 1 2))\n(define y (vector 3))\n(set! x nil)\n(set! y nil)\n",
    prepare: async (dap) => {
      const source = { path: `${dap.folder}/program.cons` };
      await dap.request("setBreakpoints", { source, breakpoints: [{ line: 3 }] });
      await dap.request("continue", { threadId: 1 });
      await dap.event("stopped");
      await dap.request("setBreakpoints", { source, breakpoints: [] });
      for (const expression of ["x", "y"]) {
        const { memoryReference } = await dap.request("evaluate", { expression, context: "watch" });
        // The entry of an object to which nothing refers, while the variable does.
        await writeEntry(dap, memoryReference, 0);
      }
    },
    fields: ["type", "address", "count"],
    second: "(eq? type 'ONED-ARRAY)",
    report: [/object: \{LISTP\}#\d+,\d+ \(1 2\)/, /count 0/, /To see who gave it up/, STACK],
  },
  {
    filter: "storage.pressure",
    program: KEEP,
    launch: { heapMB: 0.25 },
    fields: ["pages"],
    second: "(< pages 123)",
    report: [/\d+ pages are left/, /Count tables: \d+ entries/, STORAGE, STACK],
  },
  {
    filter: "storage.full",
    program: KEEP,
    launch: { heapMB: 0.25 },
    fields: [],
    second: "",
    report: [/heap limit \d+ KB, used \d+ KB, requested \d+ KB/, /More room: "heapMB"/, STORAGE, STACK],
  },
  {
    filter: "stack.overflow",
    program: "(define (deep n) (+ 1 (deep n)))\n(deep 1)\n",
    fields: [],
    second: "",
    report: [/the stack is full/, /deep {2}/],
  },
  {
    filter: "page.new",
    program: KEEP,
    launch: { heapMB: 0.5 },
    fields: ["page"],
    second: (first) => `(not (= page #o${/\d+/.exec(first)}))`,
    report: [/Page \d+ \(octal\) is new/, STORAGE, STACK],
  },
  {
    filter: "memory.error",
    program: "(define x (list 1 2))\n(free x)\n(free x)\n",
    launch: { manager: "malloc" },
    fields: ["type", "address"],
    second: "",
    report: [/double free/, /object: .*156,/, /To see who gave it up/, STACK],
  },
  {
    filter: "lisp.error",
    program: "(define (f x) (car x))\n(f 5)\n",
    fields: ["cause"],
    second: "",
    report: [/Lisp error not-a-list: .*5/, /value 1: 5/, /Stack, innermost first:\n.*\n {2}f {2}\S+program\.cons:1:15/],
  },
  {
    filter: "leak",
    program: "(define (ring) (let ((a (cons 1 nil))) (set-cdr! a a) 0))\n(ring)\n",
    fields: ["count"],
    second: "",
    report: [/1 object is left that no root reaches/, / {2}LISTP: 1/],
  },
];
