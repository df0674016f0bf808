import { expect, test } from "vitest";
import { LanguageService } from "../../server/service.ts";
import { FileMap } from "../support/images/file-map.ts";
import { fullCapabilities } from "../support/protocol/lsp-process.ts";
import { Transcript } from "../support/protocol/transcript.ts";

const uri = "file:///garbage.cons";
const TEXT = `; Makes a list and forgets it.
(define (waste n)
  (let ((kept (cons n nil)))
    (if (> n 0)
        (waste (- n 1))
        kept)))
(display (wast 3))
`;

test("a session reads as it always did", async () => {
  const session = new Transcript(new LanguageService(new FileMap()));
  session.request("initialize", {
    processId: 1,
    rootUri: null,
    capabilities: fullCapabilities,
    initializationOptions: { commands: ["conspect.runFile"] },
  });
  session.notify("didOpen", { textDocument: { uri, languageId: "conspect", version: 1, text: TEXT } });
  session.request("textDocument/documentSymbol", { textDocument: { uri } });
  session.request("textDocument/foldingRange", { textDocument: { uri } });
  session.notify("didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: { line: 6, character: 14 }, end: { line: 6, character: 14 } }, text: "e" }],
  });
  const inWaste = { textDocument: { uri }, position: { line: 4, character: 10 } };
  session.request("textDocument/hover", inWaste);
  session.request("textDocument/definition", inWaste);
  session.request("textDocument/documentHighlight", inWaste);
  session.request("textDocument/signatureHelp", { textDocument: { uri }, position: { line: 4, character: 16 } });
  session.request("textDocument/selectionRange", { textDocument: { uri }, positions: [inWaste.position] });
  session.request("textDocument/linkedEditingRange", inWaste);
  session.request("textDocument/prepareRename", inWaste);
  session.request("textDocument/rename", { ...inWaste, newName: "spend" });
  session.request("textDocument/rename", { ...inWaste, newName: "n" });
  session.request("textDocument/rename", { ...inWaste, newName: "cons" });
  session.request("textDocument/references", { ...inWaste, context: { includeDeclaration: true } });
  session.request("textDocument/semanticTokens/full", { textDocument: { uri } });
  session.request("textDocument/completion", { textDocument: { uri }, position: { line: 5, character: 10 } });
  session.request("textDocument/diagnostic", { textDocument: { uri } });
  session.request("textDocument/prepareCallHierarchy", inWaste);
  session.request("textDocument/codeLens", { textDocument: { uri } });
  session.request("textDocument/inlineValue", {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 6, character: 0 } },
    context: { frameId: 1, stoppedLocation: { start: inWaste.position, end: inWaste.position } },
  });
  session.request("workspace/symbol", { query: "was" });
  session.request("textDocument/formatting", { textDocument: { uri }, options: { tabSize: 8, insertSpaces: false } });
  session.request("textDocument/onTypeFormatting", { textDocument: { uri }, position: inWaste.position, ch: "\n" });
  session.request("textDocument/hover", { textDocument: { uri }, position: "here" });
  session.notify("didClose", { textDocument: { uri } });
  session.request("shutdown", null);
  session.request("textDocument/hover", inWaste);
  await expect(session.text()).toMatchFileSnapshot("transcript/session.txt");
});
