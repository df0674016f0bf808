/** Writes JSON in pieces: iterables become arrays while they are walked. */

const INDENT = "  ";

/** The pieces of `value` as indented JSON. Iterables (strings apart) are arrays; `undefined` members are left out, as in `JSON.stringify`. */
export function* jsonPieces(value: unknown, indent = ""): Generator<string> {
  if (value === null || typeof value !== "object") {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  const inner = indent + INDENT;
  let isEmpty = true;
  if (Symbol.iterator in value) {
    yield "[";
    for (const item of value as Iterable<unknown>) {
      yield `${isEmpty ? "" : ","}\n${inner}`;
      yield* jsonPieces(item, inner);
      isEmpty = false;
    }
    yield isEmpty ? "]" : `\n${indent}]`;
    return;
  }
  yield "{";
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${isEmpty ? "" : ","}\n${inner}${JSON.stringify(key)}: `;
    yield* jsonPieces(member, inner);
    isEmpty = false;
  }
  yield isEmpty ? "}" : `\n${indent}}`;
}
