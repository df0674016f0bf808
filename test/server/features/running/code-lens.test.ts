import { expect, test } from "vitest";
import type { CodeLens } from "vscode-languageserver";
import { LanguageService } from "../../../../server/service.ts";
import { FileMap } from "../../../support/images/file-map.ts";

const uri = "file:///program.cons";

function lenses(commands: unknown, text = "(print 1)", settings?: object): (string | undefined)[] {
  const service = new LanguageService(new FileMap());
  service.initialize({ capabilities: {}, initializationOptions: { commands } });
  service.configure({ settings });
  service.open({ textDocument: { uri, version: 1, text } });
  const found = service.answer("textDocument/codeLens", { textDocument: { uri } }) as CodeLens[];
  for (const { command } of found) expect(command?.arguments).toEqual([uri]);
  return found.map(({ command }) => command?.command);
}

test("lenses are offered for the commands that the client has, and no others", () => {
  expect(lenses(["conspect.runFile", "conspect.debugFile"])).toEqual(["conspect.runFile", "conspect.debugFile"]);
  expect(lenses(["conspect.compare", 5])).toEqual(["conspect.compare"]);
  expect(lenses(undefined)).toEqual([]);
});

test("lenses are switched off by the setting, and absent where there is no program", () => {
  expect(lenses(["conspect.runFile"], "; nothing")).toEqual([]);
  expect(lenses(["conspect.runFile"], "1", { conspect: { codeLens: false } })).toEqual([]);
  expect(lenses(["conspect.runFile"], "1", { conspect: 5 })).toEqual(["conspect.runFile"]);
});
