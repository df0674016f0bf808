/** What is loaded: modules, sources, and how texts and places are told. */
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { withAdapter } from "../../support/protocol/black-box.ts";
import type { Loose } from "../../support/protocol/dap-conversation.ts";

const PROGRAM = `(define (fill n)
  (make-vector n 0))
(define kept (fill 10))
(define more (fill 20000))
(print (reduce + 0 (list 1 2 3)))
`;

test("capability supportsModulesRequest, additionalModuleColumns, request modules, event module: files and regions of memory, and what changes", () =>
  withAdapter(async (dap) => {
    const promised = await dap.initialize();
    expect(promised.supportsModulesRequest).toBe(true);
    const columns = promised.additionalModuleColumns.map(({ attributeName }: Loose) => attributeName);
    const path = dap.file("program.cons", PROGRAM);
    await dap.request("launch", { program: path });
    expect(await dap.event("module")).toMatchObject({ reason: "new", module: { name: "program.cons", path } });
    expect(await dap.event("module")).toMatchObject({ reason: "new", module: { name: "built-in library" } });
    const breakpoints = [{ line: 4 }, { line: 5 }];
    await dap.request("setBreakpoints", { source: { path }, breakpoints });
    await dap.request("configurationDone");
    await dap.event("stopped");

    const { modules, totalModules } = await dap.request("modules", {});
    expect(totalModules).toBe(modules.length);
    const heap = modules.find(({ name }: Loose) => name === "HEAP");
    expect(heap.addressRange).toMatch(/^0x[0-9A-F]+-0x[0-9A-F]+$/);
    for (const column of columns) expect(heap).toHaveProperty(column);
    const page = await dap.request("modules", { startModule: 1, moduleCount: 2 });
    expect(page).toEqual({ modules: modules.slice(1, 3), totalModules });

    await dap.request("continue", { threadId: 1 });
    await dap.event("stopped");
    let told = await dap.event("module");
    while (told.module.name !== "HEAP") told = await dap.event("module");
    expect(told.reason).toBe("changed");
    expect(told.module.usedBytes).toBeGreaterThanOrEqual(heap.usedBytes + 2 * 20000);
  }));

test("event module, loadedSource: a program that is read again has changed", () =>
  withAdapter(async (dap) => {
    const path = await dap.start(PROGRAM, { stopOnEntry: true });
    await dap.event("stopped");
    const other = dap.file("other.cons", "(print 1)\n");
    await dap.request("restart", {});
    await dap.event("continued");
    await dap.request("restart", { arguments: { program: other, stopOnEntry: true } });
    await dap.event("continued");
    const sources = dap.events("loadedSource").map(({ reason, source }) => `${reason} ${source.path}`);
    expect(sources).toEqual([`new ${path}`, `changed ${path}`, `removed ${path}`, `new ${other}`]);
    const modules = dap.events("module").map(({ reason, module }) => `${reason} ${module.id}`);
    expect(modules.slice(2)).toEqual([`removed file:${path}`, `new file:${other}`]);
  }));

test("capability supportsLoadedSourcesRequest, supportedChecksumAlgorithms, request loadedSources, source, event loadedSource: texts of the program and of the library", () =>
  withAdapter(async (dap) => {
    const promised = await dap.initialize();
    expect(promised.supportedChecksumAlgorithms).toEqual(["SHA256"]);
    const path = dap.file("program.cons", PROGRAM);
    await dap.request("launch", { program: path, stopOnEntry: true });
    await dap.request("setFunctionBreakpoints", { breakpoints: [] });
    await dap.request("configurationDone");
    await dap.event("stopped");
    const [program] = (await dap.request("loadedSources")).sources;
    const checksum = createHash("sha256").update(PROGRAM).digest("hex");
    expect(program).toMatchObject({ name: "program.cons", path, checksums: [{ algorithm: "SHA256", checksum }] });
    expect(dap.events("loadedSource")).toEqual([{ reason: "new", source: program }]);
    expect((await dap.request("source", { source: program, sourceReference: 0 })).content).toBe(PROGRAM);

    // The outermost frame is library code, which the client has not seen before.
    const { stackFrames } = await dap.request("stackTrace", { threadId: 1 });
    const { source } = stackFrames.at(-1);
    expect(await dap.event("loadedSource")).toEqual({ reason: "new", source });
    const { content } = await dap.request("source", { source, sourceReference: source.sourceReference });
    expect(content).toMatch(/^0x[0-9A-F]+ .*\n/);
    expect((await dap.request("loadedSources")).sources).toEqual([program, source]);
    const refused = await dap.send("source", { sourceReference: 99 });
    expect(refused).toMatchObject({ success: false, body: { error: { id: 4011 } } });
  }));

test("request initialize: lines and columns from 0 and paths as URIs, when the client counts and writes so", () =>
  withAdapter(async (dap) => {
    await dap.initialize({ linesStartAt1: false, columnsStartAt1: false, pathFormat: "uri" });
    const path = pathToFileURL(dap.file("program.cons", PROGRAM)).href;
    await dap.request("launch", { program: path });
    const set = await dap.request("setBreakpoints", { source: { path }, breakpoints: [{ line: 1 }] });
    expect(set.breakpoints[0]).toMatchObject({ verified: true, line: 1, column: 2, source: { path } });
    await dap.request("configurationDone");
    await dap.event("stopped");
    expect(await dap.topFrame()).toMatchObject({ name: "fill", line: 1, column: 2, source: { path } });
    expect((await dap.request("source", { source: { path }, sourceReference: 0 })).content).toBe(PROGRAM);
  }));
