import { expect, test } from "vitest";
import type { SymbolInformation } from "vscode-languageserver";
import { LanguageService } from "../../../../server/service.ts";
import { FileMap } from "../../../support/images/file-map.ts";

test("workspace symbols are those of open documents and of files, by what occurs in the name", () => {
  const files = new FileMap({ "file:///a.cons": "(define (make-list) 1)", "file:///b.cons": "(define old 1)" });
  const service = new LanguageService(files);
  service.initialize({ capabilities: {}, workspaceFolders: [{ uri: "file:///", name: "x" }] });
  expect(files.folders).toEqual(["file:///"]);
  const text = "(define (new-list)\n  (define (Local) 1)\n  (Local))";
  service.open({ textDocument: { uri: "file:///b.cons", version: 1, text } });
  const find = (query: string) => {
    const params: object = { query };
    const found = service.answer("workspace/symbol", params) as SymbolInformation[];
    return found.map(({ name, location, containerName }) => [name, location.uri, containerName]);
  };
  expect(find("nwlst")).toEqual([["new-list", "file:///b.cons", undefined]]);
  expect(find("LOCAL")).toEqual([["Local", "file:///b.cons", "new-list"]]);
  expect(find("list").map(([name]) => name)).toEqual(["new-list", "make-list"]);
  expect(find("old")).toEqual([]);
  expect(() => service.answer("workspace/symbol", {})).toThrow("query: expected a string, found nothing");
});
