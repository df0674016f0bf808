/** A language service with one open document, asked at a cursor: `‸` in the text. Ranges come back as `«»` in the text. */
import type { Range } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { LanguageService } from "../../../server/service.ts";
import { FileMap } from "../images/file-map.ts";
import { fullCapabilities } from "../protocol/lsp-process.ts";

export const CURSOR = "‸";
export const uri = "file:///program.cons";

export class OpenProgram {
  readonly service = new LanguageService(new FileMap());
  readonly document: TextDocument;
  /** Offset of the cursor; the end of the text when there is none. */
  readonly cursor: number;

  constructor(marked: string, capabilities: object = fullCapabilities) {
    const at = marked.indexOf(CURSOR);
    const text = marked.replace(CURSOR, "");
    this.cursor = at < 0 ? text.length : at;
    this.document = TextDocument.create(uri, "conspect", 1, text);
    this.service.initialize({ capabilities });
    this.service.open({ textDocument: { uri, version: 1, text } });
  }

  /** Answer to a request at the cursor. */
  ask<Result>(method: string, context: object = {}): Result {
    return this.askWith<Result>(method, { context });
  }

  /** The same with further parameters. */
  askWith<Result>(method: string, params: object): Result {
    const position = this.document.positionAt(this.cursor);
    const all: object = { textDocument: { uri }, position, ...params };
    return this.service.answer(`textDocument/${method}`, all) as Result;
  }

  /** The text with the ranges marked. */
  marked(ranges: readonly Range[]): string {
    const offsets = ranges.map(
      ({ start, end }) => [this.document.offsetAt(start), this.document.offsetAt(end)] as const,
    );
    let text = this.document.getText();
    for (const [start, end] of offsets.sort((a, b) => b[0] - a[0])) {
      text = `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
    }
    return text;
  }

  /** The words that a range covers. */
  textOf(range: Range): string {
    return this.document.getText(range);
  }
}
