import { describe, expect, test } from "vitest";
import { codeAt, codeContaining } from "../../../../core/debuggee/code/code-lookup.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { debuggeeFor } from "../../../support/lisp/debuggee.ts";

const { machine } = debuggeeFor(
  "(define (double n) (+ n n))\n(define (twice n) (double (double n)))\n(display (twice 2))",
).debuggee;
const { memory, code } = machine;
const nothing = new CodeDirectory();
const known = [...code.all()];

describe("code around an address", () => {
  test("is found without the directory, from its first byte to its last", () => {
    expect(known.length).toBeGreaterThan(5);
    for (const { header, codeStart, codeEnd, block } of known) {
      const found = codeAt(memory, nothing, header);
      expect(found, block.name).toMatchObject({ header, codeStart, codeEnd: codeEnd - 1, name: block.name });
      for (const pc of [codeStart, codeEnd - 2]) expect(codeContaining(memory, nothing, pc)?.header).toBe(header);
    }
  });

  test("is not found in data, in a header or outside the image", () => {
    const [first] = known;
    for (const pc of [2 * (first?.header ?? 0), 0, 2 * 0x140000, memory.sizeBytes - 1, memory.sizeBytes + 4, -8]) {
      expect(codeContaining(memory, nothing, pc)).toBeNull();
    }
  });
});
