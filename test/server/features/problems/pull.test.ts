import { describe, expect, test } from "vitest";
import type { DocumentDiagnosticReport, WorkspaceDiagnosticReport } from "vscode-languageserver";
import { LanguageService } from "../../../../server/service.ts";
import { FileMap } from "../../../support/images/file-map.ts";
import { OpenProgram, uri } from "../../../support/lisp/language-service.ts";

describe("pulled diagnostics", () => {
  test("are the same as the pushed ones", () => {
    const program = new OpenProgram("(car");
    const report = program.ask<DocumentDiagnosticReport>("diagnostic");
    expect(report).toMatchObject({ kind: "full", items: program.service.diagnose(uri).diagnostics });
  });

  test("are not repeated to a client that has them, also after an edit that changed nothing about them", () => {
    const program = new OpenProgram("(car)\n");
    const { resultId } = program.ask<DocumentDiagnosticReport>("diagnostic");
    const again = () => program.askWith<DocumentDiagnosticReport>("diagnostic", { previousResultId: resultId });
    expect(again()).toEqual({ kind: "unchanged", resultId });
    const change = (text: string, version: number) =>
      program.service.change({ textDocument: { uri, version }, contentChanges: [{ text }] });
    change("(car)\n; more\n", 2);
    expect(again()).toEqual({ kind: "unchanged", resultId });
    change(" (car)\n", 3);
    expect(again()).toMatchObject({ kind: "full" });
  });

  test("cover the files of the workspace, and tell apart what is open", () => {
    const files = new FileMap({ "file:///a.cons": "(car)", "file:///b.cons": "(print 1)" });
    const service = new LanguageService(files);
    service.initialize({ capabilities: {} });
    service.open({ textDocument: { uri: "file:///b.cons", version: 7, text: "(cdr)" } });
    const pull = (previousResultIds: object[]) => {
      const params: object = { previousResultIds };
      return (service.answer("workspace/diagnostic", params) as WorkspaceDiagnosticReport).items;
    };
    const first = pull([]);
    expect(first.map((item) => [item.uri, item.version, item.kind])).toEqual([
      ["file:///b.cons", 7, "full"],
      ["file:///a.cons", null, "full"],
    ]);
    const known = first.map((item) => ({ uri: item.uri, value: item.resultId }));
    expect(pull(known).map((item) => item.kind)).toEqual(["unchanged", "unchanged"]);
    files.texts.set("file:///a.cons", "(print 2)");
    expect(pull(known).map((item) => item.kind)).toEqual(["unchanged", "full"]);
  });

  test("of watched files are computed again when the client says that they changed", () => {
    const files = new FileMap({ "file:///a.cons": "(car)" });
    const service = new LanguageService(files);
    service.initialize({ capabilities: {} });
    service.watchFiles();
    const count = () => {
      const { items } = service.answer("workspace/diagnostic", {}) as WorkspaceDiagnosticReport;
      return items.map((item) => (item.kind === "full" ? item.items.length : -1));
    };
    expect(count()).toEqual([1]);
    files.texts.set("file:///a.cons", "(print 2)");
    expect(count()).toEqual([1]);
    const changes: object = { changes: [{ uri: "file:///a.cons", type: 2 }] };
    service.filesChanged(changes);
    expect(count()).toEqual([0]);
  });
});
