/** The compiled file of the examples: a few functions as a Lisp compiler would have written them. */
import { type FunctionSpec, lcomFile, literal } from "./compiled-files.ts";

const HEADER = '(DEFINE-FILE-INFO :PACKAGE "INTERLISP" :READTABLE "INTERLISP" :BASE 10)';

/** (LAMBDA (LIST) (while (CDR LIST) do (SETQ LIST (CDR LIST))) (CAR LIST)) */
const LAST_ITEM: FunctionSpec = {
  name: "LAST-ITEM",
  arguments: 1,
  locallyNamed: [[0, "LIST"]],
  code(a) {
    const more = a.here();
    const done = a.newLabel();
    a.emit("IVAR0");
    a.emit("CDR");
    a.jump("FJUMP", done);
    a.emit("IVAR0");
    a.emit("CDR");
    a.emit("IVARX_", 0);
    a.emit("POP");
    a.jump("JUMP", more);
    a.place(done);
    a.emit("IVAR0");
    a.emit("CAR");
    a.emit("RETURN");
  },
};

/** (LAMBDA (LIST) (COND (LIST (PLUS (CAR LIST) (SUM (CDR LIST)))) (T 0))) */
const SUM: FunctionSpec = {
  name: "SUM",
  arguments: 1,
  locallyNamed: [[0, "LIST"]],
  code(a) {
    const empty = a.newLabel();
    a.emit("IVAR0");
    a.jump("FJUMP", empty);
    a.emit("IVAR0");
    a.emit("CAR");
    a.emit("IVAR0");
    a.emit("CDR");
    a.emitLiteral("FN1", literal("SUM"));
    a.emit("PLUS2");
    a.emit("RETURN");
    a.place(empty);
    a.emit("'0");
    a.emit("RETURN");
  },
};

/** (LAMBDA (WHO) (LIST GREETING WHO)), where GREETING is a global variable. */
const GREET: FunctionSpec = {
  name: "GREET",
  arguments: 1,
  locallyNamed: [[0, "WHO"]],
  code(a) {
    a.emitLiteral("GVAR", literal("GREETING"));
    a.emit("IVAR0");
    a.emit("'NIL");
    a.emit("CONS");
    a.emit("CONS");
    a.emit("RETURN");
  },
};

/** (LAMBDA (LIST) (SHOW "the sum is" (SUM LIST))): nobody defines SHOW. */
const SHOW_SUM: FunctionSpec = {
  name: "SHOW-SUM",
  arguments: 1,
  names: [["I", 0, "LIST"]],
  code(a) {
    a.emitLiteral("GCONST", literal('"the sum is"'));
    a.emit("IVAR0");
    a.emitLiteral("FN1", literal("SUM"));
    a.emitLiteral("FN2", literal("SHOW"));
    a.emit("RETURN");
  },
};

/** `examples/lists.lcom`. */
export function exampleCompiled(): Uint8Array {
  return lcomFile({
    header: HEADER,
    items: [
      '(FILECREATED " 1-Jan-90 12:00:00" ("compiled on " LISTS) " 1-Jan-90 11:00:00" made% by% hand)',
      LAST_ITEM,
      SUM,
      GREET,
      SHOW_SUM,
      '(RPAQQ GREETING "good morning")',
      "(PUTPROPS SUM ARGNAMES (NUMBERS))",
    ],
  });
}
