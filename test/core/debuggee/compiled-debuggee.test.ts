import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompiledDebuggee, type CompiledSource, loadCompiled } from "../../../core/debuggee/compiled-debuggee.ts";
import { viewOf } from "../../../core/debuggee/view.ts";
import { audit } from "../../../core/inspect/audit/audit.ts";
import type { Assembler } from "../../../core/isa/assembler.ts";
import { MANAGERS } from "../../../core/managers/catalog.ts";
import { definitionCell, findSymbol } from "../../../core/objects/symbols.ts";
import { quietPorts } from "../../../core/vm/ports.ts";
import { dfaslFile, type FunctionSpec, fasl, lcomFile, literal } from "../../support/images/compiled-files.ts";

const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';

/** A function that returns one constant. */
const constant = (name: string, printed: string): FunctionSpec => ({
  name,
  code(a) {
    a.emitLiteral("GCONST", literal(printed));
    a.emit("RETURN");
  },
});
/** (if (null l) acc (reverse (cdr l) (cons (car l) acc))), recursive on purpose. */
const REVERSE: FunctionSpec = {
  name: "REVERSE",
  arguments: 2,
  names: [],
  code(a) {
    const more = a.newLabel();
    a.emit("IVAR0");
    a.jump("TJUMP", more);
    a.emit("IVAR1");
    a.emit("RETURN");
    a.place(more);
    a.emit("IVAR0");
    a.emit("CDR");
    a.emit("IVAR0");
    a.emit("CAR");
    a.emit("IVAR1");
    a.emit("CONS");
    a.emitLiteral("FN2", literal("REVERSE"));
    a.emit("RETURN");
  },
};

interface Run {
  readonly debuggee: CompiledDebuggee;
  readonly output: string;
  /** Null: it ran to its end. */
  readonly report: { readonly title: string; readonly text: string } | null;
}

function load(source: Partial<CompiledSource>, write: (text: string) => void = () => {}, manager = "refcount") {
  const ports = { ...quietPorts(), console: { write } };
  return loadCompiled(
    { files: [], function: "F", arguments: [], ...source },
    { manager, managerOptions: { stress: 5 }, heapMB: 1, args: [], ports },
  );
}
function run(bytes: Uint8Array, name: string, args: readonly string[] = [], manager = "refcount"): Run {
  let output = "";
  const source = { files: [{ name: "T", bytes }], function: name, arguments: args };
  const loaded = load(source, (text) => (output += text), manager);
  if (loaded.kind === "problems") throw new Error(loaded.problems.join("; "));
  const { debuggee } = loaded;
  debuggee.start();
  const motion = debuggee.continue();
  const stop = motion.run(1_000_000);
  return { debuggee, output: output.trim(), report: stop.kind === "finished" ? null : debuggee.exceptionReport(stop) };
}
const lcom = (...items: (string | FunctionSpec)[]) => lcomFile({ header: HEADER, items });
const problems = (source: Partial<CompiledSource>) => {
  const loaded = load(source);
  return loaded.kind === "problems" ? loaded.problems.join("; ") : "none";
};

describe("running a function", () => {
  test.each(MANAGERS.map(({ traits }) => traits.name))(
    "calls it with its arguments and prints the value, under %s",
    (manager) => {
      expect(run(lcom(REVERSE), "REVERSE", ["(1 (2 X) 3.5)"], manager)).toMatchObject({
        output: "(3.5 (2 X) 1)",
        report: null,
      });
    },
  );

  test("stops first before the first instruction of the function, with its frame on top", () => {
    const loaded = load({ files: [{ name: "T", bytes: lcom(REVERSE) }], function: "reverse", arguments: ["(1)"] });
    if (loaded.kind === "problems") throw new Error(loaded.problems[0]);
    const { debuggee } = loaded;
    debuggee.start();
    const { frames } = debuggee.stack(0, 0);
    expect(frames.map(({ functionName }) => functionName)).toEqual(["REVERSE", "*call*", "*boot*"]);
    expect(frames[0]?.pc).toBe(debuggee.entry);
    expect(debuggee.functionEntries("REVERSE")[0]?.pc).toBe(debuggee.entry);
    expect(debuggee.disassemble(debuggee.entry, 0, 1)[0]).toMatchObject({ text: "IVAR0" });
  });

  test.each([
    ["17", "17"],
    ["-70000", "-70000"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["-98765432109876543210", "-98765432109876543210"],
    ["3/4", "3/4"],
    ["2.5", "2.5"],
    ['"a%"b"', '"a\\"b"'],
    ["NIL", "nil"],
    ["T", "#t"],
    ["SYMBOL", "SYMBOL"],
    ["CL:APPEND", "CL:APPEND"],
    ["CL:CAR", "CAR"],
    [":KEY", ":KEY"],
    ["SI::X", "SI::X"],
    ["DESTRUCTURING-BIND", "XCL:DESTRUCTURING-BIND"],
    ["(A . B)", "(A . B)"],
    ["(1 2 (3) . 4)", "(1 2 (3) . 4)"],
    ["#\\A", "#\\A"],
    ["#(1 A)", "#(1 A)"],
    ["#*101", "#(1 0 1)"],
    ["#.(CHARACTER 66)", "#\\B"],
    ["#.(CONS NIL NIL)", "(nil)"],
    ["\x19'(A)", "(A)"],
  ])("the literal %s is %s", (printed, expected) => {
    const { output, report } = run(lcom(constant("F", printed)), "F");
    expect(report).toBeNull();
    expect(output).toBe(expected);
  });

  test("literals are counted once for each place that holds them", () => {
    const { debuggee } = run(
      lcom(
        constant("F", '(1 "two" (3.5 #(4 5) 123456789012345) #*(8 1)@A@A)'),
        constant("G", "1000000"),
        "(RPAQQ V (A B))",
        "(SETQ W 'X)",
        "(DEFINEQ (NOT HERE))",
      ),
      "F",
    );
    expect(audit(viewOf(debuggee.machine)).problems).toEqual([]);
    expect(debuggee.report).toMatchObject({ variables: 2, skipped: 1, refused: [] });
  });

  test("variables that the file sets to constants have their values", () => {
    const get: FunctionSpec = {
      name: "GET-IT",
      code(a) {
        a.emitLiteral("GVAR", literal("V"));
        a.emit("RETURN");
      },
    };
    expect(run(lcom("(RPAQ V 5)", "(RPAQQ V (A B))", get), "GET-IT").output).toBe("(A B)");
  });

  test("free variables are found in the caller's name table", () => {
    const outer: FunctionSpec = {
      name: "OUTER",
      arguments: 1,
      names: [["I", 0, "X"]],
      code(a) {
        a.emitLiteral("FN0", literal("INNER"));
        a.emit("RETURN");
      },
    };
    const inner: FunctionSpec = {
      name: "INNER",
      names: [["F", 0, "X"]],
      code(a) {
        a.emit("FVAR0");
        a.emit("RETURN");
      },
    };
    expect(run(lcom(outer, inner), "OUTER", ["(FOUND)"]).output).toBe("(FOUND)");
  });

  test("a function that takes any number of arguments counts them itself", () => {
    const count: FunctionSpec = {
      name: "COUNT",
      argumentType: 2,
      code(a) {
        a.emit("MYARGCOUNT");
        a.emit("RETURN");
      },
    };
    expect(run(lcom(count), "COUNT", ["A", "B", "C"]).output).toBe("3");
  });

  test("code that holds itself has no count for that, so that it can be collected", () => {
    const itself: FunctionSpec = {
      name: "ITSELF",
      isClosure: true,
      code(a) {
        a.emit("GCONST", 0);
        a.emit("POP");
        a.emit("'1");
        a.emit("RETURN");
      },
    };
    const patched = [151, ...fasl.store(fasl.code(itself)), 1, ...fasl.fetch(0), 1, ...fasl.fetch(0)];
    const { output, debuggee } = run(dfaslFile([fasl.define(fasl.interlisp("ITSELF"), patched)]), "ITSELF");
    expect(output).toBe("1");
    const { machine, report } = debuggee;
    const header = report.functions.get("ITSELF") ?? 0;
    expect(machine.memory.view.getUint32(2 * header + machine.memory.word(header + 3) + 1)).toBe(header);
    expect(machine.manager.counts?.countOf(header)).toBe(1);
    expect(audit(viewOf(machine)).problems).toEqual([]);
  });

  test("DFASL functions hold inner functions as closures", () => {
    const inner = fasl.code({ ...constant("INNER", "v") }, { v: fasl.string("inside") });
    const call: FunctionSpec = {
      name: "CALL",
      code(a: Assembler) {
        a.emit("'0");
        a.emitLiteral("GCONST", literal("inner"));
        a.emit("APPLYFN");
        a.emit("RETURN");
      },
    };
    const bytes = dfaslFile([fasl.define(fasl.lisp("CALL"), fasl.code(call, { inner }))]);
    const { output, debuggee } = run(bytes, "CL::CALL");
    expect(output).toBe('"inside"');
    expect(audit(viewOf(debuggee.machine)).problems).toEqual([]);
  });
});

describe("what cannot run", () => {
  test("a missing function is an error that names it and its caller, whose frame is still there", () => {
    const caller: FunctionSpec = {
      name: "CALLER",
      code(a) {
        a.emitLiteral("FN0", literal("CL:NOWHERE"));
        a.emit("RETURN");
      },
    };
    const { report, debuggee } = run(lcom(caller), "CALLER");
    expect(report?.title).toContain("function CL::NOWHERE is not defined, and CALLER calls it");
    expect(debuggee.stack(0, 0).frames.map(({ functionName }) => functionName)).toContain("CALLER");
  });

  test("a function that could not be installed is missing with its reason", () => {
    const caller: FunctionSpec = {
      name: "CALLER",
      code(a) {
        a.emitLiteral("FN0", literal("F"));
        a.emit("RETURN");
      },
    };
    const { report } = run(lcom(caller, constant("F", "#S(TYPE)")), "CALLER");
    expect(report?.text).toContain(
      "CALLER calls a function that cannot run without the rest of the system: a structure",
    );
  });

  test("a UFN that nobody defines is one too", () => {
    const caller: FunctionSpec = { name: "CALLER", code: (a) => a.emit("RAID") };
    expect(run(lcom(caller), "CALLER").report?.title).toContain("function RAID is not defined");
  });

  test.each([
    [["(1"], "argument 1: byte 0: unfinished form"],
    [["1", "2 3"], "argument 2: byte 0: argument with something behind it"],
    [[""], "argument 1: byte 0: empty argument"],
    [["#S(A B 1)"], "a structure"],
    [Array.from({ length: 256 }, () => "1"), "at most 255"],
  ])("arguments %j: %s", (args, message) => {
    const files = [{ name: "T", bytes: lcom(REVERSE) }];
    expect(problems({ files, function: "REVERSE", arguments: args })).toContain(message);
  });

  test("a function that is not there, or ambiguous, or not to be made", () => {
    const bytes = lcom(REVERSE, constant("F", "#S(TYPE A 1)"), constant("G", "#.(COMPUTE)"), {
      ...REVERSE,
      name: "CL:F",
    });
    const files = [{ name: "T", bytes }];
    expect(problems({ files, function: "nowhere" })).toMatch(/no function nowhere.*REVERSE/);
    expect(problems({ files, function: "F" })).toMatch(/cannot run.*a structure/);
    expect(problems({ files, function: "G" })).toMatch(/a form that is evaluated when the file is loaded/);
    expect(problems({ files: [{ name: "X", bytes: Uint8Array.of(1) }] })).toContain("X: byte 0: not a compiled file");
    const long = `(${"1000000 ".repeat(6000)})`;
    const large = lcom(...Array.from({ length: 40 }, (_, i) => constant(i === 0 ? "F" : `F${i}`, long)));
    expect(problems({ files: [{ name: "T", bytes: large }] })).toContain("does not fit into the machine");
  });
});

test("damaged files run to some end, or not at all", () => {
  const bytes = lcom("(RPAQQ V (A B))", REVERSE, constant("F", '(1 "two" 3.5)'));
  const change = fc.record({ at: fc.nat(bytes.length - 2), value: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const damaged = bytes.slice();
      for (const { at, value } of changes) damaged[at + 1] = value;
      const loaded = load({ files: [{ name: "T", bytes: damaged }], function: "REVERSE", arguments: ["(1 2)"] });
      if (loaded.kind === "problems") {
        expect(loaded.problems.join("")).not.toBe("");
        return;
      }
      loaded.debuggee.start();
      const stop = loaded.debuggee.continue().run(1000);
      expect(loaded.debuggee.exceptionReport(stop).title).not.toBe("");
    }),
    { numRuns: 40 },
  );
});

describe("the block that a function becomes", () => {
  const spec: FunctionSpec = {
    name: "F",
    arguments: 1,
    argumentType: 1,
    locals: 1,
    locallyNamed: [[0, "L"]],
    names: [
      ["P", 0, "A"],
      ["I", 0, "B"],
      ["F", 1, "C"],
    ],
    code: (a) => a.emit("RETURN"),
  };

  test("has header and name tables as the system's own loader writes them", () => {
    const { debuggee } = run(lcom(spec), "F");
    const { memory } = debuggee.machine;
    const header = debuggee.report.functions.get("F") ?? 0;
    const words = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => memory.word(header + from + i));
    const symbol = (name: string) => findSymbol(memory, name) ?? -1;
    // stkmin, na, pv, startpc; NLAMBDA and the frame name; ntsize; nlocals and the offset of the first free name.
    expect(words(0, 4)).toEqual([2 * (1 + 12 + 2 + 8), 1, 0, 16 + 2 * 2 * 8 + 2 * 2 * 4]);
    expect(memory.cell(header + 4)).toBe(0x10000000 | symbol("F"));
    expect(words(6, 2)).toEqual([8, (1 << 8) | 12]);
    expect([0, 2, 4, 6].map((i) => memory.cell(header + 8 + i))).toEqual([...["A", "B", "C"].map(symbol), 0]);
    expect(words(16, 8)).toEqual([0x8000, 0, 0, 0, 0xc000, 1, 0, 0]);
    expect(words(24, 8)).toEqual([0, symbol("L"), 0, 0, 0, 0, 0, 0]);
    expect(words(32, 1)).toEqual([0x1000]);
    expect(header % 4).toBe(0);
  });

  test("makes a definition with the function's argument type, fast only without names", () => {
    const { debuggee } = run(lcom(spec, { ...REVERSE, name: "G" }), "F");
    const { memory } = debuggee.machine;
    const flags = (name: string) => memory.cell(definitionCell(findSymbol(memory, name) ?? 0)) >>> 28;
    expect(flags("F")).toBe(0b1001);
    expect(flags("G")).toBe(0b1100);
  });
});
