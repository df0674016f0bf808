/**
 * The names of the Debug Adapter Protocol, and which of them a test's title says it proves: `capability supportsX: …`, `request x: …`, `event x: …`;
 * several before the colon, with commas between them: `capability supportsModulesRequest, request modules, event module: …`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const KINDS = ["capability", "request", "event"] as const;
export type Kind = (typeof KINDS)[number];

export interface ProtocolRow {
  readonly kind: Kind;
  readonly name: string;
}

interface Specification {
  readonly version: string;
  readonly capabilities: readonly string[];
  readonly requests: readonly string[];
  readonly events: readonly string[];
}

export const SPECIFICATION: Specification = JSON.parse(
  readFileSync(join(import.meta.dirname, "specification.json"), "utf8"),
);

export const PROTOCOL_ROWS: readonly ProtocolRow[] = [
  ...SPECIFICATION.capabilities.map((name) => ({ kind: "capability" as const, name })),
  ...SPECIFICATION.requests.map((name) => ({ kind: "request" as const, name })),
  ...SPECIFICATION.events.map((name) => ({ kind: "event" as const, name })),
];

/** The rows that a title names; none when it does not begin with a kind (behind the names of its groups). A name without a kind has that of the name before it. */
export function rowsNamed(title: string): readonly ProtocolRow[] {
  const head = /(?:^| > )((?:capability|request|event) [^:]*): /.exec(title)?.[1];
  if (head === undefined) return [];
  const rows: ProtocolRow[] = [];
  let kind: Kind = "request";
  for (const item of head.split(",")) {
    const [first = "", second] = item.trim().split(" ");
    kind = KINDS.find((known) => known === first) ?? kind;
    rows.push({ kind, name: second ?? first });
  }
  return rows;
}
