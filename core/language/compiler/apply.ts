/** The code of `(apply function list)`: pushes as many arguments as the list has items, which no Lisp text can say. */
import type { CodeBlock } from "../../isa/code-block.ts";
import { SUBR } from "../../isa/subrs.ts";
import { Emitter } from "./emitter.ts";

/** Most items of the list: SMALLP operands of the calls are no limit, the evaluation stack that the header asks for is. */
const MAX_ITEMS = 100;
/** Index of `argument-count` in `LISP_ERRORS`. */
const ARGUMENT_COUNT_ERROR = 7;

export function applyBlock(): CodeBlock {
  const emitter = new Emitter();
  const loop = emitter.newLabel();
  const done = emitter.newLabel();
  // IVAR0 the function, IVAR1 the items left, PVAR0 their number so far.
  emitter.op("'0");
  emitter.op("PVAR_^0");
  emitter.label(loop);
  emitter.op("IVAR1");
  emitter.jump("FJUMP", done);
  emitter.op("IVAR1");
  emitter.op("CAR");
  emitter.op("IVAR1");
  emitter.op("CDR");
  emitter.op("IVARX_", [2]);
  emitter.op("POP");
  emitter.op("PVAR0");
  emitter.op("IPLUS.N", [1]);
  emitter.op("PVAR_^0");
  emitter.op("PVAR0");
  emitter.op("SIC", [MAX_ITEMS]);
  emitter.op("GREATERP");
  // The stack is one deeper in every turn, which the labels do not know.
  emitter.depth--;
  emitter.jump("FJUMP", loop);
  emitter.op("SIC", [ARGUMENT_COUNT_ERROR]);
  emitter.op("IVAR0");
  emitter.op("SIC", [MAX_ITEMS]);
  emitter.op("PVAR0");
  emitter.op("SUBRCALL", [SUBR.ERROR, 4], -3);
  emitter.return();
  emitter.label(done);
  emitter.op("PVAR0");
  emitter.op("IVAR0");
  emitter.op("APPLYFN", [], -1);
  emitter.return();
  const code = emitter.finish();
  const empty = { bytes: new Uint8Array(0), fixups: [], variables: [], source: [], maxDepth: 0 };
  return {
    ...(code ?? empty),
    name: "apply",
    argumentCount: 2,
    requiredCount: 2,
    localCount: 1,
    freeNames: [],
    boundNames: [],
    maxDepth: MAX_ITEMS + 8,
    isClosure: false,
    isLibrary: true,
  };
}
