/** The tables of docs/dap.md with a row for each name of the protocol. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind, ProtocolRow } from "./rows.ts";

const HEADINGS: { readonly [kind in Kind]: string } = {
  capability: "## Capabilities",
  request: "## Requests",
  event: "## Events",
};
/** What a row says that nobody has filled yet. */
const EMPTY = "not yet";

export interface PageRow extends ProtocolRow {
  readonly isFilled: boolean;
}

/** Rows of the protocol: those of the first table under each heading. */
export function pageRows(): readonly PageRow[] {
  return allRows().filter((row) => !isOwn(row));
}
/** Rows of requests and events that are our own, outside the protocol. */
export function ownRows(): readonly PageRow[] {
  return allRows().filter(isOwn);
}

function isOwn({ name }: ProtocolRow): boolean {
  return name.includes("/");
}

function allRows(): readonly PageRow[] {
  const lines = readFileSync(join(import.meta.dirname, "../../../../docs/dap.md"), "utf8").split("\n");
  return (Object.keys(HEADINGS) as Kind[]).flatMap((kind) => tableUnder(lines, kind));
}

function tableUnder(lines: readonly string[], kind: Kind): PageRow[] {
  const heading = lines.indexOf(HEADINGS[kind]);
  const next = lines.findIndex((line, index) => index > heading && line.startsWith("#"));
  const section = heading < 0 ? [] : lines.slice(heading, next < 0 ? undefined : next);
  return section.flatMap((line) => {
    const [, name, meaning = ""] = /^\| `([^`]+)` \| (.*) \|$/.exec(line) ?? [];
    return name === undefined ? [] : [{ kind, name, isFilled: meaning.trim() !== EMPTY }];
  });
}
