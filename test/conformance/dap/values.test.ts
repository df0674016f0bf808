/** Values: how they are written, changed and completed. */
import { expect, test } from "vitest";
import { withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define total -300)
(define (leaf x items)
  (let ((pair (cons x 100000)))
    (car pair)))
(print (leaf 42 (list 1 -2)))
`;
const named = (variables: Loose[], name: string): Loose => variables.find((variable) => variable.name === name);
const labelled = (targets: Loose[], label: string): Loose => targets.find((target) => target.label === label);

test("capability supportsValueFormattingOptions, request variables: whole numbers and addresses in hexadecimal and octal", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM);
    const frameId = (await dap.topFrame()).id;
    const { scopes } = await dap.request("scopes", { frameId });
    const { variablesReference } = scopes[0];
    const shown = async (format: object) =>
      (await dap.request("variables", { variablesReference, format })).variables as Loose[];

    const decimal = await shown({});
    expect(named(decimal, "x").value).toBe("42");
    expect(named(decimal, "pair").value).toMatch(/^\{LISTP\}#[0-7]+,[0-7]+ \(42 \. 100000\)$/);
    const hexadecimal = await shown({ hex: true });
    expect(named(hexadecimal, "x").value).toBe("#x2A");
    expect(named(hexadecimal, "items").value).toMatch(/^\{LISTP\}#x[0-9A-F]+ \(#x1 #x-2\)$/);
    expect(named(hexadecimal, "pair").value).toMatch(/^\{LISTP\}#x[0-9A-F]+ \(#x2A \. #x186A0\)$/);
    const octal = await shown({ octal: true });
    expect(named(octal, "x").value).toBe("#o52");
    expect(named(octal, "pair").value).toMatch(/^\{LISTP\}#[0-7]+,[0-7]+ \(#o52 \. #o303240\)$/);

    const [, high, low] = /#([0-7]+),([0-7]+)/.exec(named(decimal, "pair").value) as string[];
    const address = Number.parseInt(high as string, 8) * 0x10000 + Number.parseInt(low as string, 8);
    expect(named(hexadecimal, "pair").value).toContain(`#x${address.toString(16).toUpperCase()} `);
    expect(named(hexadecimal, "pair").memoryReference).toBe(`0x${(2 * address).toString(16).toUpperCase()}`);
  }));

test("request evaluate, setVariable, setExpression: a format for the answer, and values that are read back as they are written", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM);
    const frameId = (await dap.topFrame()).id;
    const format = { hex: true };
    expect((await dap.request("evaluate", { expression: "total", frameId, format })).result).toBe("#x-12C");
    // Made by the expression, and gone when it is answered.
    const fresh = await dap.request("evaluate", { expression: "(list x 255)", frameId, context: "watch", format });
    expect(fresh.result).toMatch(/\(#x2A #xFF\)$/);
    const { scopes } = await dap.request("scopes", { frameId });
    const { variablesReference } = scopes[0];
    const set = await dap.request("setVariable", { variablesReference, name: "x", value: "#x-7F", format });
    expect(set).toMatchObject({ value: "#x-7F", type: "SMALLP", variablesReference: 0 });
    const again = await dap.request("setExpression", { expression: "total", value: "#x-12D", frameId, format });
    expect(again).toMatchObject({ value: "#x-12D", type: "SMALLP" });
    expect((await dap.request("evaluate", { expression: "(- x total)", frameId })).result).toBe(String(-127 + 301));
  }));

test("request stackTrace: names of frames with parameters, lines and files as the format asks", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([4], PROGRAM);
    const name = async (format: object) =>
      (await dap.request("stackTrace", { threadId: 1, format })).stackFrames[0].name as string;
    expect(await name({})).toBe("leaf");
    expect(await name({ parameters: true })).toMatch(/^leaf\(x: 42, items: \{LISTP\}#[0-7,]+ \(1 -2\)\)$/);
    expect(await name({ parameterTypes: true, line: true })).toBe("leaf(SMALLP, LISTP) line 4");
    expect(await name({ parameterNames: true, parameterTypes: true, parameterValues: true, hex: true })).toMatch(
      /^leaf\(x SMALLP: #x2A, items LISTP: \{LISTP\}#x[0-9A-F]+ \(#x1 #x-2\)\)$/,
    );
    expect(await name({ module: true })).toBe("program.cons!leaf");
  }));

const FUNCTIONS = `(define counter 7)
(define (helper y) (+ y 1))
(define (run f x)
  (let ((data (list x
                    counter)))
    (f (car data))))
(print (run helper 2))
(print (run append 2))
`;

test("request locations: leads from variables to their declarations, from functions to their definitions", () =>
  withAdapter(async (dap) => {
    const path = "program.cons";
    await dap.stopOn([6], FUNCTIONS, { measure: true });
    const locals = await dap.scope("Locals");
    const location = (locationReference: number) => dap.request("locations", { locationReference });
    const data = named(locals, "data");
    expect(await location(data.declarationLocationReference)).toMatchObject({
      source: { name: path },
      ...{ line: 4, column: 10, endLine: 4, endColumn: 14 },
    });
    expect(await location(named(locals, "f").declarationLocationReference)).toMatchObject({ line: 3, column: 14 });
    expect(await location(named(locals, "f").valueLocationReference)).toMatchObject({ line: 2, column: 10 });
    // Of a measured run the form is known that allocated an object.
    expect(await location(data.valueLocationReference)).toMatchObject({ line: 4, column: 15, endLine: 5 });
    const frameId = (await dap.topFrame()).id;
    const library = await dap.request("evaluate", { expression: "append", frameId });
    const listing = await location(library.valueLocationReference);
    expect(listing).toMatchObject({ source: { name: "append", sourceReference: expect.any(Number) }, line: 1 });
    expect((await dap.request("source", { sourceReference: listing.source.sourceReference })).content).toMatch(/^0x/);
    const refused = await dap.send("locations", { locationReference: 99999 });
    expect(refused).toMatchObject({ success: false, body: { error: { id: 4012 } } });
  }));

const CONTEXTS = `(define log nil)
(define (note x)
  (set! log (cons x log))
  x)
(define (run limit)
  (let ((long (list 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)))
    (note limit)))
(print (run 3))
`;

test("capability supportsEvaluateForHovers, supportsClipboardContext, request evaluate: only the console leaves a trace, and the clipboard gets all of a value", () =>
  withAdapter(async (dap) => {
    await dap.stopOn([7], CONTEXTS);
    const frameId = (await dap.topFrame()).id;
    const evaluate = async (expression: string, context?: string) =>
      (await dap.request("evaluate", { expression, frameId, ...(context !== undefined && { context }) })).result;
    const digest = async () => (await dap.request("conspect/digest")).digest;
    const before = await digest();
    for (const context of [undefined, "watch", "hover", "clipboard", "variables"]) {
      expect(await evaluate("(note (* limit 2))", context)).toBe("6");
    }
    expect(await digest()).toBe(before);
    expect(await evaluate("long", "hover")).toMatch(/^\{LISTP\}#.* \(1 2 3 4 5 6 7 8 9 10 11 12 …\)$/);
    // As the reader takes it back: without the address, and without an ellipsis.
    expect(await evaluate("long", "clipboard")).toBe("(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)");
    expect(await evaluate("(list limit long)", "clipboard")).toMatch(/^\(3 \(1 2 .* 16\)\)$/);
    expect(await evaluate("(note (* limit 2))", "repl")).toBe("6");
    expect(await evaluate("(car log)", "watch")).toBe("6");
    expect(await digest()).not.toBe(before);
    const missing = await dap.send("evaluate", { expression: "(no-such-function 1)", frameId, context: "hover" });
    expect(missing).toMatchObject({ success: false, body: { error: { id: 6002 } } });
  }));

test("capability supportsCompletionsRequest, completionTriggerCharacters, request completions: names from near to far, with the stretch that they replace", () =>
  withAdapter(async (dap) => {
    const promised = await dap.initialize();
    expect(promised.completionTriggerCharacters).toContain("(");
    const program = dap.file("program.cons", CONTEXTS);
    await dap.request("launch", { program });
    await dap.request("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 7 }] });
    await dap.request("configurationDone");
    await dap.event("stopped");
    const frameId = (await dap.topFrame()).id;
    const complete = async (text: string, column: number, more: object = {}) =>
      (await dap.request("completions", { text, column, frameId, ...more })).targets as Loose[];
    const [local, ...others] = await complete("(list lo 5)", 9);
    expect(local).toMatchObject({ label: "long", type: "variable", start: 7, length: 2 });
    expect(others[0]).toMatchObject({ label: "log", start: 7, length: 2 });
    expect([local, ...others].map(({ sortText }) => sortText)).toEqual(
      [local, ...others].map(({ sortText }) => sortText).sort(),
    );
    // A new call gets names for its arguments, and the first one is selected.
    const call = labelled(await complete("(not", 5), "note");
    expect(call).toMatchObject({ label: "note", text: "note x", start: 2, length: 3 });
    expect(call.text.slice(call.selectionStart, call.selectionStart + call.selectionLength)).toBe("x");
    const builtin = labelled(await complete("(vector-r", 10), "vector-ref");
    expect(builtin).toMatchObject({ text: "vector-ref vector index", selectionStart: 11, selectionLength: 6 });
    expect(labelled(await complete("(note limit)", 4), "note").text).toBeUndefined();
    expect(labelled(await complete("1\n(not", 5, { line: 2 }), "note")).toMatchObject({ start: 2 });
  }));
