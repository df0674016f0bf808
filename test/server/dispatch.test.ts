import { describe, expect, test } from "vitest";
import { CancellationToken, CancellationTokenSource } from "vscode-languageserver";
import { Dispatcher } from "../../server/dispatch.ts";
import { LanguageService } from "../../server/service.ts";
import { FileMap } from "../support/images/file-map.ts";

const uri = "file:///a.cons";
const textDocument = { uri };
const position = { line: 0, character: 1 };

function session(capabilities: object = {}, files: Record<string, string> = {}) {
  const service = new LanguageService(new FileMap(files));
  service.initialize({ capabilities });
  const progress: [string | number, unknown][] = [];
  const dispatcher = new Dispatcher(service, {
    createProgress: async (token) => void progress.push([token, "create"]),
    sendProgress: async (token, value) => void progress.push([token, value]),
  });
  const ask = (method: string, params: object, token: CancellationToken = CancellationToken.None) =>
    dispatcher.dispatch(method, params, token);
  return { service, progress, ask };
}

describe("a request", () => {
  test("that is cancelled before its turn is not answered", async () => {
    const { service, ask } = session();
    service.open({ textDocument: { uri, version: 1, text: "(car)" } });
    const source = new CancellationTokenSource();
    const answer = ask("textDocument/hover", { textDocument, position }, source.token);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800, message: "textDocument/hover: cancelled" });
  });

  test("about a place is void when the text changes before its turn; about a whole file it is of the new text", async () => {
    const { service, ask } = session();
    service.open({ textDocument: { uri, version: 1, text: "(car)" } });
    const hover = ask("textDocument/hover", { textDocument, position });
    const symbols = ask("textDocument/documentSymbol", { textDocument });
    service.change({ textDocument: { uri, version: 2 }, contentChanges: [{ text: "(define x 1)" }] });
    await expect(hover).rejects.toMatchObject({ code: -32801 });
    expect(await symbols).toMatchObject([{ name: "x" }]);
    await expect(ask("textDocument/hover", { textDocument, position })).resolves.not.toBeNull();
  });

  test("about all files is given up between two of them when it is cancelled", async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`file:///${i}.cons`, "(define x 1)"]));
    const { ask, progress } = session({}, files);
    const source = new CancellationTokenSource();
    const answer = ask("workspace/symbol", { query: "x", workDoneToken: "t" }, source.token);
    const refused = expect(answer).rejects.toMatchObject({ code: -32800 });
    while (progress.length < 2) await new Promise((resume) => setImmediate(resume));
    source.cancel();
    await refused;
    expect(progress.at(-1)).toEqual(["t", { kind: "end" }]);
    expect(progress.length).toBeLessThan(52);
  });
});

describe("progress", () => {
  test("of a request about all files goes to the token of the request, and so do its parts", async () => {
    const { ask, progress } = session({}, { "file:///a.cons": "(define a 1)", "file:///b.cons": "(define b 1)" });
    const answer = await ask("workspace/symbol", { query: "", workDoneToken: 7, partialResultToken: "p" });
    expect(answer).toEqual([]);
    expect(progress).toMatchObject([
      [7, { kind: "begin", title: "Reading the workspace", percentage: 0 }],
      ["p", [{ name: "a" }]],
      [7, { kind: "report", percentage: 50 }],
      ["p", [{ name: "b" }]],
      [7, { kind: "report", percentage: 100 }],
      [7, { kind: "end" }],
    ]);
  });

  test("is begun by the server for a long analysis, once, when the client takes it", async () => {
    const text = "(print 1)\n".repeat(30_000);
    const { service, ask, progress } = session({ window: { workDoneProgress: true } });
    service.open({ textDocument: { uri, version: 1, text } });
    await ask("textDocument/documentSymbol", { textDocument });
    await ask("textDocument/documentSymbol", { textDocument });
    expect(progress).toMatchObject([
      ["conspect-1", "create"],
      ["conspect-1", { kind: "begin", title: "Analysing" }],
      ["conspect-1", { kind: "end" }],
    ]);
    const quiet = session();
    quiet.service.open({ textDocument: { uri, version: 1, text } });
    expect(await quiet.ask("textDocument/documentSymbol", { textDocument })).toEqual([]);
    expect(quiet.progress).toEqual([]);
  });
});
