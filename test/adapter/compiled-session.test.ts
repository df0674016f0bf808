/** A session on a function of a compiled file, through the requests that a client sends. */
import { describe, expect, test } from "vitest";
import type { Environment } from "../../adapter/context.ts";
import { realEnvironment } from "../../adapter/program/environment.ts";
import { loadCompiled } from "../../core/debuggee/compiled-debuggee.ts";
import { type FunctionSpec, lcomFile, literal } from "../support/images/compiled-files.ts";
import { DapClient } from "../support/protocol/dap-client.ts";

const LAST: FunctionSpec = {
  name: "LAST-OF",
  arguments: 1,
  names: [["I", 0, "LIST"]],
  code(a) {
    const more = a.here();
    const done = a.newLabel();
    a.emit("IVAR0");
    a.emit("CDR");
    a.jump("FJUMP", done);
    a.emit("IVAR0");
    a.emit("CDR");
    a.emit("IVARX_", 0);
    a.emit("POP");
    a.jump("JUMP", more);
    a.place(done);
    a.emit("IVAR0");
    a.emit("CAR");
    a.emitLiteral("FN1", literal("ID"));
    a.emit("RETURN");
  },
};
const ID: FunctionSpec = {
  name: "ID",
  arguments: 1,
  names: [["I", 0, "X"]],
  code(a) {
    a.emit("IVAR0");
    a.emit("RETURN");
  },
};
const refused: FunctionSpec = {
  name: "REFUSED",
  code(a) {
    a.emitLiteral("GCONST", literal("#S(TYPE)"));
    a.emit("RETURN");
  },
};

function client(...items: (string | FunctionSpec)[]): DapClient {
  const bytes = lcomFile({ header: '(DEFINE-FILE-INFO :READTABLE "INTERLISP")', items });
  const environment: Environment = {
    ...realEnvironment(),
    loadCompiled(call, settings) {
      const files = call.paths.map((name) => ({ name, bytes }));
      const loaded = loadCompiled({ files, function: call.function, arguments: call.arguments }, settings);
      if (loaded.kind === "problems") return loaded;
      return { kind: "loaded", engine: loaded.debuggee, notes: loaded.debuggee.notes() };
    },
  };
  return new DapClient(environment);
}
const LAUNCH = { program: "T.LCOM", function: "LAST-OF", args: ["(1 2 (3))"] };
const output = (dap: DapClient) =>
  dap
    .events("output")
    .map((event) => event.output)
    .join("");

describe("a session on a compiled function", () => {
  test("prints the value and ends", async () => {
    const dap = client(LAST, ID);
    await dap.launch(LAUNCH);
    await dap.event("terminated");
    expect(output(dap)).toContain("(3)\n");
  });

  test("stops on entry with frames by name, steps by instruction, and shows the arguments", async () => {
    const dap = client(LAST, ID);
    await dap.launch({ ...LAUNCH, stopOnEntry: true });
    await dap.event("stopped");
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames.map(({ name }: { name: string }) => name)).toEqual(["LAST-OF", "*call*", "*boot*"]);
    const { scopes } = await dap.request("scopes", { frameId: stackFrames[0].id });
    const { variables } = await dap.request("variables", { variablesReference: scopes[0].variablesReference });
    expect(variables[0]).toMatchObject({ name: "LIST", value: expect.stringContaining("(1 2 (3))") });
    const { instructions } = await dap.request("disassemble", {
      memoryReference: stackFrames[0].instructionPointerReference,
      instructionCount: 2,
    });
    expect(instructions.map(({ instruction }: { instruction: string }) => instruction)).toEqual(["IVAR0 LIST", "CDR"]);
    await dap.request("next", { threadId: 1, granularity: "instruction" });
    await dap.event("stopped");
    const after = await dap.request("stackTrace", { threadId: 1, levels: 1 });
    expect(after.stackFrames[0].instructionPointerReference).toBe(instructions[1].address);
  });

  test("stops at a breakpoint by function name", async () => {
    const dap = client(LAST, ID);
    await dap.launch({ ...LAUNCH, stopOnEntry: true });
    await dap.event("stopped");
    const { breakpoints } = await dap.request("setFunctionBreakpoints", { breakpoints: [{ name: "ID" }] });
    expect(breakpoints).toMatchObject([{ verified: true }]);
    await dap.request("continue", { threadId: 1 });
    expect(await dap.event("stopped")).toMatchObject({ reason: "function breakpoint" });
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1, levels: 1 });
    expect(stackFrames[0].name).toBe("ID");
  });

  test("stops on a missing function, with the frame of its caller", async () => {
    const dap = client(LAST, refused, "(EVALUATE ME)");
    await dap.launch({ ...LAUNCH, stopOnGC: ["lisp.error"] });
    await dap.event("stopped");
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    expect(stackFrames.map(({ name }: { name: string }) => name)).toContain("LAST-OF");
    const { description } = await dap.request("exceptionInfo", { threadId: 1 });
    expect(description).toContain("function ID is not defined, and LAST-OF calls it");
    expect(output(dap)).toContain("REFUSED stays undefined: a structure");
    expect(output(dap)).toContain("1 expression of the files was not evaluated");
  });

  test.each([
    [{ program: "T.LCOM" }, /"function" is missing: T.LCOM is a compiled file/],
    [{ ...LAUNCH, function: "NOWHERE" }, /no function NOWHERE/],
    [{ ...LAUNCH, args: ["(1"] }, /argument 1: byte 0: unfinished form/],
    [{ ...LAUNCH, function: 5 }, /"function": expected a text, found 5/],
    [{ program: "a.cons", with: ["B.LCOM"] }, /"with": expected nothing without "function"/],
    [{ image: "a.sysout", function: "F" }, /"function": expected nothing: it belongs to a compiled file/],
  ])("%j is refused", async (configuration, message) => {
    const dap = client(LAST, ID);
    await dap.initialize();
    const response = await dap.send("launch", configuration);
    expect(response).toMatchObject({ success: false, message: expect.stringMatching(message) });
  });
});
