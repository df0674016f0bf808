import { describe, expect, test } from "vitest";
import { features } from "../../server/features/index.ts";
import { LanguageService } from "../../server/service.ts";
import { FileMap } from "../support/images/file-map.ts";
import { OpenProgram, uri } from "../support/lisp/language-service.ts";

const textDocument = { uri };
const documentFeatures = features.filter((feature) => "answer" in feature);

describe("LanguageService", () => {
  test("announces what its features bring, and nothing else", () => {
    const { capabilities } = new LanguageService(new FileMap()).initialize({});
    const { positionEncoding, textDocumentSync, workspace, ...rest } = capabilities;
    expect(workspace).toEqual({ workspaceFolders: { supported: true, changeNotifications: true } });
    expect(positionEncoding).toBe("utf-16");
    expect(textDocumentSync).toEqual({ openClose: true, change: 2 });
    expect(Object.keys(rest).sort()).toEqual(features.flatMap((row) => Object.keys(row.capability)).sort());
  });

  test("gives every request a name of its own", () => {
    const methods = features.map((row) => row.method);
    expect(new Set(methods).size).toBe(methods.length);
  });

  test.each([[undefined], [null], [5], [{ capabilities: 7 }], [{ capabilities: { textDocument: { hover: [] } } }]])(
    "initializes with the parameters %j",
    (params) => {
      expect(new LanguageService(new FileMap()).initialize(params).serverInfo).toEqual({ name: "conspect" });
    },
  );

  test("refuses requests before initialize and after shutdown, and says what to do", () => {
    const service = new LanguageService(new FileMap());
    const ask = () => service.answer("textDocument/foldingRange", { textDocument });
    expect(ask).toThrow("textDocument/foldingRange: the first request has to be initialize");
    service.initialize({});
    expect(ask()).toBeNull();
    service.shutdown();
    expect(ask).toThrow("textDocument/foldingRange: the server is shut down; only exit may follow");
  });

  test.each([[undefined], [null], [5], [{}], [{ textDocument: 7 }], [{ textDocument: { uri: {} } }]])(
    "has no answer about the document %j",
    (params) => {
      const { service } = new OpenProgram("1");
      for (const { method } of documentFeatures) expect(service.answer(method, params as never)).toBeNull();
    },
  );

  test("has no answer about a document that was closed", () => {
    const { service } = new OpenProgram("(a\nb)");
    service.close({ textDocument });
    for (const { method } of documentFeatures) expect(service.answer(method, { textDocument })).toBeNull();
  });
});
