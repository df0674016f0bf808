import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Documents } from "../../server/documents.ts";

const uri = "file:///a.cons";
function opened(text: string): Documents {
  const documents = new Documents();
  documents.open({ uri, version: 1, text });
  return documents;
}

test("a snapshot computes a result once, and again when it has forgotten it", () => {
  const snapshot = new Documents().open({ uri: "file:///a.cons", version: 1, text: "(f)" });
  let count = 0;
  const counting = () => ++count;
  expect([snapshot.once(counting), snapshot.once(counting)]).toEqual([1, 1]);
  snapshot.forgetAllBut(new Set([counting]));
  expect([snapshot.once(counting), snapshot.isAnalysed]).toEqual([1, false]);
  snapshot.forgetAllBut(new Set());
  expect(snapshot.once(counting)).toBe(2);
});

describe("Documents", () => {
  test("follow any sequence of changes as the protocol's own text document does", () => {
    const fragment = fc.constantFrom("", "x", "()", "\n", "\r\n", "\r", "(let ((a 1))\n a)");
    const position = fc.record({ line: fc.nat(6), character: fc.nat(8) });
    const change = fc.oneof(
      fc.record({ text: fragment }),
      fc.record({ range: fc.record({ start: position, end: position }), text: fragment }),
    );
    fc.assert(
      fc.property(fragment, fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 6 }), (text, batches) => {
        const documents = opened(text);
        let model: string = text;
        for (const [i, changes] of batches.entries()) {
          documents.change(uri, i + 2, changes);
          // A new model for each change: one that lives on loses its line table at positions behind the end of the text.
          for (const change of changes) {
            model = TextDocument.update(TextDocument.create(uri, "conspect", 1, model), [change], 2).getText();
          }
        }
        expect(documents.get(uri)?.text).toBe(model);
      }),
    );
  });

  test("keep a snapshot as it was when the text moves on", () => {
    const documents = opened("one");
    const before = documents.get(uri);
    documents.change(uri, 2, [{ text: "two" }]);
    expect(before?.text).toBe("one");
    expect(documents.get(uri)).toMatchObject({ version: 2, text: "two" });
  });

  test("apply all changes of a message or none", () => {
    const documents = opened("one");
    expect(() => documents.change(uri, 2, [{ text: "two" }, { range: 5, text: "x" }])).toThrow(
      /contentChanges\.range\.start/,
    );
    expect(documents.get(uri)).toMatchObject({ version: 1, text: "one" });
  });

  test.each([
    [{ version: 1, text: "" }, /textDocument\.uri: expected a string, found nothing/],
    [{ uri, version: "1", text: "" }, /textDocument\.version: expected a number, found "1"/],
    [{ uri, version: 1, text: null }, /textDocument\.text: expected a string, found null/],
    [null, /textDocument\.uri/],
  ])("refuse %j", (item, message) => {
    expect(() => new Documents().open(item)).toThrow(message);
  });

  test("ignore changes of a document that is not open", () => {
    const documents = opened("one");
    documents.close(uri);
    expect(documents.change(uri, 2, [{ text: "two" }])).toBeNull();
    expect(documents.get(uri)).toBeNull();
  });
});
