import { beforeEach, describe, expect, test } from "vitest";
import { RunningImage } from "../../../../core/debuggee/image/running-image.ts";
import type { EvaluationResult } from "../../../../core/debuggee/types.ts";
import { bytesFile } from "../../../../core/memory/sysout/image-file.ts";
import { quietPorts } from "../../../../core/vm/ports.ts";
import { savedIn } from "../../../support/images/dead-image.ts";
import { runMotion } from "../../../support/lisp/debuggee.ts";
import { watchWords } from "../../../support/lisp/watches.ts";

const PROGRAM = `
(define xs (list 1 2 3))
(define (double n) (+ n n))
(define (inner a b) (double (+ a (car b))))
(define (outer n) (+ 1 (inner n xs)))
(define (start) (display (outer 7)))
(start)
(display (outer 8))
`;
const file = savedIn(PROGRAM, "start");
let printed = "";
let image: RunningImage;
beforeEach(() => {
  printed = "";
  const write = (written: string) => {
    printed += written;
  };
  const ports = { ...quietPorts(), console: { write } };
  image = RunningImage.load(bytesFile("test.sysout", file), { megabytes: null, managerOptions: {}, ports });
  image.start();
});
const names = () => image.stack(0, 4).frames.map(({ functionName }) => functionName);
const text = (result: EvaluationResult): string => {
  if (result.kind === "value") return result.node.value;
  return result.kind === "failed" ? `failed: ${result.message}` : `problem: ${result.diagnostics[0]?.message}`;
};
function runTo(name: string): void {
  image.setBreakpoints([image.functionEntries(name)[0]?.pc ?? 0]);
  expect(runMotion(image.continue())).toMatchObject({ kind: "breakpoint" });
}

describe("an image that runs", () => {
  test("goes on where it was saved, to its end", () => {
    expect(names()[0]).toBe("start");
    expect(runMotion(image.continue())).toEqual({ kind: "finished", status: 0 });
    expect(printed).toBe("1719");
  });

  test("stops at functions by their Lisp names", () => {
    runTo("double");
    expect(names()).toEqual(["double", "inner", "outer", "start"]);
    expect(image.stack(0, 1).frames[0]?.place).toBeNull();
  });

  test("steps by instruction, over calls, into them and out of them", () => {
    runTo("inner");
    const depth = () => image.stack(0, 0).total;
    const start = depth();
    for (let i = 0; i < 20 && depth() === start; i++) runMotion(image.step("in", "form"));
    expect(names()[0]).toBe("double");
    expect(runMotion(image.step("out", "form"))).toEqual({ kind: "step" });
    expect(names()[0]).toBe("inner");
    runTo("inner");
    const again = depth();
    for (let i = 0; i < 20 && depth() === again; i++) {
      runMotion(image.step("over", "line"));
      expect(depth()).toBeLessThanOrEqual(again);
    }
    expect(names()[0]).toBe("outer");
  });

  test("shows its frames and scopes, and is not changed by that", () => {
    runTo("double");
    const digest = image.digest();
    for (const { id } of image.threads()) {
      for (const { frame } of image.stack(0, 5, id).frames) {
        for (const scope of image.scopes(frame)) [...scope.named(), ...scope.indexed(0, 5)].length;
      }
    }
    image.evaluate("(why xs)", null, "peek");
    image.completions("x", 1, null);
    expect(image.digest()).toBe(digest);
  });

  test("reads in watches, and calls its functions from the console", () => {
    expect(text(image.evaluate("(caddr xs)", null, "peek"))).toBe("3");
    expect(text(image.evaluate("(double 4)", null, "peek"))).toMatch(/called from the debug console only/);
    expect(text(image.evaluate("(double 4)", null, "act"))).toBe("8");
    expect(text(image.evaluate("(double (double 60000))", null, "act"))).toMatch(/240000$/);
    expect(text(image.evaluate("(inner 1 xs)", null, "act"))).toBe("4");
    expect(text(image.evaluate("(inner 1 2)", null, "act"))).toMatch(/problem: .*not a list/);
    expect(names()[0]).toBe("start");
    expect(runMotion(image.continue())).toEqual({ kind: "finished", status: 0 });
  });

  test("sets variables as the machine would", () => {
    expect(text(image.evaluate("(setq xs '5)", null, "act"))).toBe("5");
    image.evaluate("(setq xs (cdr (symbol-value 'xs)))", null, "act");
    expect(text(image.evaluate("xs", null, "peek"))).toBe("5");
    expect(runMotion(image.continue()).kind).toBe("failed");
  });

  test("stops when a variable is written", () => {
    const result = image.evaluate("xs", null, "peek");
    const slot = result.kind === "value" ? result.node.slot : null;
    if (slot?.kind !== "heap") throw new Error("xs has no slot");
    runTo("double");
    image.watch([watchWords(slot.address)]);
    expect(image.condition("(> (length xs) 2)", null, new Map())).toEqual({ kind: "true" });
    expect(image.condition("(eq? type 'alpha)", null, new Map([["type", "LISTP"]]))).toMatchObject({ kind: "failed" });
    expect(image.condition("(= size 2)", null, new Map([["size", 2]]))).toEqual({ kind: "true" });
  });
});
