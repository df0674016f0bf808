/** A session with the language service as text: one message a paragraph, long lists cut. `vitest -u` rewrites the files. */
import type { LanguageService } from "../../../server/service.ts";

/** Items of a list that are written out; the rest is counted. */
const SHOWN_ITEMS = 6;

/** Of more, nobody wants to know how many: the list of what is built in grows. */
const COUNTED_ITEMS = 50;

/** Numbers of a list that are written out. */
const SHOWN_NUMBERS = 25;

interface NotifyParams {
  readonly textDocument: { readonly uri: string; readonly [member: string]: unknown };
  readonly contentChanges?: readonly unknown[];
}

export class Transcript {
  readonly #service: LanguageService;
  readonly #lines: string[] = [];

  constructor(service: LanguageService) {
    this.#service = service;
  }

  request(method: string, params: unknown): void {
    this.#write("-->", method, params);
    try {
      this.#write("<--", method, this.#answer(method, params));
    } catch (error) {
      const { code, message } = error as { code: number; message: string };
      this.#write("<-- error", method, { code, message });
    }
  }

  notify(method: "didOpen" | "didChange" | "didClose", params: NotifyParams): void {
    this.#write("-->", `textDocument/${method}`, params);
    if (method === "didOpen") this.#service.open(params);
    else if (method === "didChange") this.#service.change(params);
    else this.#service.close(params);
    this.#write("<--", "textDocument/publishDiagnostics", this.#service.diagnose(params.textDocument.uri));
  }

  text(): string {
    return this.#lines.join("\n");
  }

  #answer(method: string, params: unknown): unknown {
    if (method === "initialize") return this.#service.initialize(params);
    if (method === "shutdown") return this.#service.shutdown() ?? null;
    return this.#service.answer(method, params as Parameters<LanguageService["answer"]>[1]);
  }

  #write(arrow: string, method: string, value: unknown): void {
    this.#lines.push(`${arrow} ${method}`, shown(value, "  "), "");
  }
}

/** Indented; what fits on a line stands on one. */
function shown(value: unknown, indent: string): string {
  const short = JSON.stringify(value) ?? "null";
  if (indent.length + short.length <= 120 || typeof value !== "object" || value === null) return indent + short;
  if (Array.isArray(value) && typeof value[0] === "number") {
    return `${indent}[${value.slice(0, SHOWN_NUMBERS).join(",")} … ${value.length - SHOWN_NUMBERS} more]`;
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, SHOWN_ITEMS).map((item) => shown(item, `${indent}  `));
    const hidden = value.length - SHOWN_ITEMS;
    const rest = hidden > 0 ? [`${indent}  … ${hidden > COUNTED_ITEMS ? "many" : hidden} more`] : [];
    return [`${indent}[`, ...items, ...rest, `${indent}]`].join("\n");
  }
  const fields = Object.entries(value).map(([name, field]) => {
    const text = shown(field, `${indent}  `).trimStart();
    return `${indent}  ${name}: ${text}`;
  });
  return [`${indent}{`, ...fields, `${indent}}`].join("\n");
}
