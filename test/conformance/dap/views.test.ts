/** What a client sees of a program that stands still. */
import { expect, test } from "vitest";
import { withAdapter } from "../../support/black-box.ts";

const PROGRAM = `(define (leaf x)
  (let ((pair (cons x 2)))
    (car pair)))
(define (middle x) (+ 1 (leaf x)))
(print (middle 5))
`;

test("request threads, stackTrace, scopes, variables: the frames of a stopped program and their variables", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([3], PROGRAM);
    expect((await dap.request("threads")).threads).toEqual([{ id: 1, name: "main" }]);
    const { stackFrames, totalFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames.slice(0, 2)).toMatchObject([
      { name: "leaf", line: 3 },
      { name: "middle", line: 4 },
    ]);
    expect(totalFrames).toBe(stackFrames.length);
    const locals = await dap.scope("Locals");
    expect(locals.find(({ name }) => name === "x")).toMatchObject({ value: "5", type: "SMALLP" });
    expect(locals.find(({ name }) => name === "pair")).toMatchObject({
      value: expect.stringContaining("(5 . 2)"),
      type: "LISTP",
    });
  }));
