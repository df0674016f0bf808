import { describe, expect, test } from "vitest";
import { type CodeLayout, codeLayout } from "../../../core/compiled/code-layout.ts";
import { readCompiledFile } from "../../../core/compiled/read-compiled-file.ts";
import type { Assembler } from "../../../core/isa/assembler.ts";
import { dfaslFile, type FunctionSpec, fasl, lcomFile, literal } from "../../support/images/compiled-files.ts";

const RETURN = (a: Assembler) => a.emit("RETURN");

function layout(spec: Partial<FunctionSpec>, format: "LCOM" | "DFASL" = "LCOM"): CodeLayout {
  const whole: FunctionSpec = { name: "F", code: RETURN, ...spec };
  const bytes =
    format === "LCOM"
      ? lcomFile({ header: '(DEFINE-FILE-INFO :READTABLE "INTERLISP")', items: [whole] })
      : dfaslFile([fasl.define(fasl.interlisp("F"), fasl.code(whole))]);
  const [found] = readCompiledFile("T", bytes).functions;
  if (found === undefined) throw new Error("no function");
  return codeLayout(found);
}

describe("where things stand in a code block", () => {
  test.each<readonly [string, Partial<FunctionSpec>, "LCOM" | "DFASL", Partial<CodeLayout>]>([
    [
      "no names: eight bytes of zeros",
      {},
      "LCOM",
      { nameTableWords: 0, startPc: 24, freeNameOffset: 0, sizeBytes: 32 },
    ],
    ["no names, with the debugging cell", {}, "DFASL", { nameTableWords: 0, startPc: 28, sizeBytes: 32 }],
    ["one name", { names: [["I", 0, "A"]] }, "LCOM", { nameTableWords: 4, startPc: 32, freeNameOffset: 0 }],
    [
      "two names, of which the second is free",
      {
        names: [
          ["I", 0, "A"],
          ["F", 0, "B"],
        ],
      },
      "LCOM",
      { nameTableWords: 8, startPc: 48, freeNameOffset: 10, variableQuads: 0 },
    ],
    ["one local argument", { locallyNamed: [[0, "A"]] }, "LCOM", { localTableWords: 4, startPc: 24 + 16 }],
    [
      "two local arguments",
      {
        locallyNamed: [
          [0, "A"],
          [1, "B"],
        ],
      },
      "LCOM",
      { localTableWords: 6, startPc: 24 + 24 },
    ],
    ["three locals in two quads", { locals: 3 }, "LCOM", { variableQuads: 1 }],
  ])("%s", (_, spec, format, expected) => {
    expect(layout(spec, format)).toMatchObject(expected);
  });
});

describe("the stack that a function asks for", () => {
  /** Twice the cells of the frame and eight more, or of the deepest place. */
  test.each<readonly [string, Partial<FunctionSpec>, number]>([
    ["one argument", { arguments: 1 }, 2 * (1 + 12 + 8)],
    ["any number of arguments", { argumentType: 2 }, 2 * (12 + 8)],
    ["three locals take two quads", { locals: 3 }, 2 * (12 + 4 + 8)],
    ["pushes beyond the margin", { code: (a) => pushes(a, 11) }, 2 * (12 + 11)],
    ["a call starts again from nothing", { code: (a) => [pushes(a, 7), call(a), pushes(a, 7)] }, 2 * (12 + 8)],
    ["a conditional jump takes one", { code: (a) => [pushes(a, 9), jump(a, "FJUMP"), pushes(a, 2)] }, 2 * (12 + 10)],
    ["a jump starts again from nothing", { code: (a) => [pushes(a, 8), jump(a, "JUMP"), pushes(a, 8)] }, 2 * (12 + 8)],
    ["BIND counts as one push, UNBIND takes one", { code: bindings }, 2 * (12 + 9)],
  ])("%s", (_, spec, words) => {
    expect(layout(spec).stackMinimumWords).toBe(words);
  });

  function pushes(a: Assembler, count: number): void {
    for (let i = 0; i < count; i++) a.emit("'0");
  }
  function call(a: Assembler): void {
    a.emitLiteral("FN0", literal("G"));
  }
  function jump(a: Assembler, kind: "JUMP" | "FJUMP"): void {
    const label = a.newLabel();
    a.jump(kind, label);
    a.place(label);
  }
  function bindings(a: Assembler): void {
    pushes(a, 8);
    a.emit("BIND", 0x01, 0);
    a.emit("UNBIND");
    a.emit("'0");
  }
});
