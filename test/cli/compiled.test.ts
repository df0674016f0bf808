import { describe, expect, test } from "vitest";
import { findCompiledTopic } from "../../cli/compiled/topics.ts";
import { readCompiledFile } from "../../core/compiled/read-compiled-file.ts";
import type { CompiledFile } from "../../core/compiled/types.ts";
import { dfaslFile, type FunctionSpec, fasl, lcomFile, literal } from "../support/images/compiled-files.ts";

const GREET: FunctionSpec = {
  name: "GREET",
  arguments: 2,
  locals: 1,
  locallyNamed: [[1, "SILENTLY"]],
  names: [
    ["P", 0, "X"],
    ["I", 0, "WHO"],
    ["F", 1, "STREAM"],
  ],
  code(a) {
    const end = a.newLabel();
    a.emit("IVAR0");
    a.emit("PVAR_^0");
    a.emit("IVAR1");
    a.jump("TJUMP", end);
    a.emitLiteral("GCONST", literal('"Hello %"you%""'));
    a.emit("PVAR0");
    a.emit("FVARX", 2);
    a.emitLiteral("FN3", literal("CL:FORMAT"));
    a.emit("RETURN");
    a.place(end);
    a.emitLiteral("ACONST", literal("|odd name|"));
    a.emit("RETURN");
  },
};
const header = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';
const lcom = readCompiledFile(
  "T.LCOM",
  lcomFile({ header, items: ['(RPAQQ V (1 2.5 "s"))', GREET, "(RPAQQ W 'X)", "(PUTPROPS A B C)"] }),
);

function ask(file: CompiledFile, name: string, ...args: string[]) {
  const topic = findCompiledTopic(name);
  const plain = JSON.parse(JSON.stringify(topic.run(file, args).json)) as Record<string, unknown>;
  const answer = topic.run(file, args);
  return { text: [...answer.lines].join("\n"), json: plain, exitCode: answer.exitCode };
}

describe("topics of compiled files", () => {
  test("summary says what the file holds, and that nothing is wrong", () => {
    const { text, json, exitCode } = ask(lcom, "summary");
    expect(text).toContain("1 definition: 25 bytes of code");
    expect(text).toContain("3: RPAQQ 2, PUTPROPS 1");
    expect(text).toContain("nothing wrong found");
    expect(json).toMatchObject({ kind: "LCOM", functions: 1, header: { readTable: "INTERLISP" }, problems: [] });
    expect(exitCode).toBe(0);
  });

  test("summary lists what is wrong, by byte", () => {
    const bytes = lcomFile({ header, items: [GREET] }).slice(0, -20);
    const { text, exitCode } = ask(readCompiledFile("T.LCOM", bytes), "summary");
    expect(text).toMatch(/1 thing wrong:\n {2}byte \d+, GREET: /);
    expect(exitCode).toBe(1);
  });

  test("functions shows arguments by name, wherever their names are kept", () => {
    expect(ask(lcom, "functions").text).toMatch(/GREET +LAMBDA \(WHO SILENTLY\) +25 +1 +1 +STREAM/);
    expect(ask(lcom, "functions", "GR*").json).toMatchObject({ total: 1 });
    expect(ask(lcom, "functions", "X*").text).toBe("no functions");
  });

  test("disassemble names variables, functions and constants, and marks the targets of jumps", () => {
    const { text } = ask(lcom, "disassemble", "greet");
    expect(text.split("\n").slice(-11)).toEqual([
      "  0000  40              IVAR0 WHO",
      "  0001  b8              PVAR_^0 X",
      "  0002  41              IVAR1 SILENTLY",
      "  0003  ad              TJUMP13 -> 0022",
      '  0004  6f 00 00 00 00  GCONST "Hello %"you%""',
      "  0011  48              PVAR0 X",
      "  0012  57 02           FVARX STREAM",
      "  0014  0b 00 00 00 00  FN3 CL:FORMAT",
      "  0021  10              RETURN",
      ": 0022  67 00 00 00 00  ACONST odd% name",
      "  0027  10              RETURN",
    ]);
    expect(() => ask(lcom, "disassemble", "GREAT")).toThrow("did you mean GREET?");
    expect(() => ask(lcom, "disassemble")).toThrow("expected one name");
  });

  test("expressions and literals can be picked by their text", () => {
    expect(ask(lcom, "expressions").text).toMatch(/^ +72 {2}\(RPAQQ V \(1 2\.5 "s"\)\)$/m);
    expect(ask(lcom, "expressions", "*PUTPROPS*").json).toMatchObject({ total: 1 });
    expect(ask(lcom, "expressions", "*PUTPROPS*").json).toMatchObject({ expressions: [{ text: "(PUTPROPS A B C)" }] });
    expect(ask(lcom, "literals").text).toMatch(/GREET +0005 +string +"Hello %"you%""/);
    expect(ask(lcom, "literals", "*nothing*").text).toBe("no literals");
  });

  test("DFASL files show top-level forms, inner functions and text", () => {
    const inner = fasl.code({ name: "INNER", code: (a) => a.emit("RETURN") });
    const outer: FunctionSpec = { name: "OUTER", code: (a) => a.emitLiteral("GCONST", literal("inner")) };
    const file = readCompiledFile("T.DFASL", dfaslFile([fasl.call(fasl.code(outer, { inner }))]));
    expect(ask(file, "summary").text).toContain("0 definitions, 1 inner ones, 1 top-level form");
    expect(ask(file, "summary").text).toContain("made by a test");
    expect(ask(file, "functions").text).toMatch(/INNER .*inner\nOUTER .*top-level form/);
    expect(ask(file, "disassemble", "OUTER").text).toContain("GCONST {function INNER}");
    expect(ask(file, "expressions").text).toContain("call OUTER");
  });

  test("an unknown topic names the known ones", () => {
    expect(() => ask(lcom, "function")).toThrow("did you mean functions?");
  });
});
