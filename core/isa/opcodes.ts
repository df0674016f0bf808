/**
 * The 256 opcodes: names, operands, stack effect, handler. Data only; the interpreter's `switch` is checked against it by a test.
 * Source: instruction specification, section 2.10, and opcodes.json, which a test compares row by row.
 */

/** What an operand means; the number of bytes stands in the row. Offsets named `…WordOffset` are twice an index. */
export type OperandKind =
  | "atom"
  | "pointer"
  | "smallPos"
  | "smallNeg"
  | "ivarWordOffset"
  | "pvarWordOffset"
  | "fvarWordOffset"
  | "wordOffset"
  | "fieldDescriptor"
  | "jump"
  | "argCount"
  | "typeNumber"
  | "typeMask"
  | "cellSelector"
  | "gcOp"
  | "bindCounts"
  | "bindLast"
  | "unwindDepth"
  | "keepFlag"
  | "keyStart"
  | "restSkip"
  | "popCount"
  | "stackWordOffset"
  | "subOp"
  | "subrNumber";

export type OpcodeFamily =
  | "array"
  | "base"
  | "binding"
  | "call"
  | "compare"
  | "constant"
  | "escape"
  | "float"
  | "gc"
  | "graphics"
  | "integer"
  | "io"
  | "jump"
  | "list"
  | "logic"
  | "stack"
  | "type"
  | "ufn-only"
  | "variable";

export interface Operand {
  readonly kind: OperandKind;
  readonly bytes: number;
}

/** The Lisp function that finishes the opcode when the machine cannot. */
export interface UfnHandler {
  readonly functionName: string;
  /** Arguments of the call, the one made from the operand bytes included. */
  readonly args: number;
  /** Operand bytes that become the last argument: 0, 1, 2 or 4. */
  readonly extraBytes: number;
}

export interface Opcode {
  readonly code: number;
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly operandBytes: number;
  /** Change of the evaluation stack in cells, or the rule when it depends on operands or path. */
  readonly stackDelta: number | string;
  readonly family: OpcodeFamily;
  /** The reference VM executes it itself; otherwise it always calls the handler. */
  readonly isNative: boolean;
  readonly ufn: UfnHandler | null;
  /** Index or displacement that the opcode number itself encodes. */
  readonly implicit: number | null;
}

type Row = readonly [
  name: string,
  operands: string,
  stackDelta: number | string,
  family: OpcodeFamily,
  implementation: "C" | "U",
  ufn: readonly [functionName: string, args: number, extraBytes: number] | null,
  implicit: number | null,
];

// One row an opcode, in order of its number.
const rows: readonly Row[] = [
  ["-X-", "", 0, "ufn-only", "U", null, null],
  ["CAR", "", 0, "list", "C", ["\\CAR.UFN", 1, 0], null],
  ["CDR", "", 0, "list", "C", ["\\CDR.UFN", 1, 0], null],
  ["LISTP", "", 0, "type", "C", ["LISTP", 1, 0], null],
  ["NTYPX", "", 0, "type", "C", ["NTYPX", 1, 0], null],
  ["TYPEP", "typeNumber:1", 0, "type", "C", ["\\TYPEP.UFN", 2, 1], null],
  ["DTEST", "atom:4", 0, "type", "C", ["\\DTEST.UFN", 2, 4], null],
  ["UNWIND", "unwindDepth:1 keepFlag:1", "variable", "binding", "C", ["\\UNWIND.UFN", 1, 2], null],
  ["FN0", "atom:4", 1, "call", "C", null, null],
  ["FN1", "atom:4", 0, "call", "C", null, null],
  ["FN2", "atom:4", -1, "call", "C", null, null],
  ["FN3", "atom:4", -2, "call", "C", null, null],
  ["FN4", "atom:4", -3, "call", "C", null, null],
  ["FNX", "argCount:1 atom:4", "1-n", "call", "C", null, null],
  ["APPLYFN", "", "-(n+1)", "call", "C", null, null],
  ["CHECKAPPLY*", "", 0, "call", "C", ["\\CHECKAPPLY*", 1, 0], null],
  ["RETURN", "", "n/a", "call", "C", ["\\HARDRETURN", 1, 0], null],
  ["BIND", "bindCounts:1 bindLast:1", "1-m", "binding", "C", null, null],
  ["UNBIND", "", "variable", "binding", "C", null, null],
  ["DUNBIND", "", "variable", "binding", "C", null, null],
  ["RPLPTR.N", "wordOffset:1", -1, "base", "C", ["\\RPLPTR.UFN", 3, 1], null],
  ["GCREF", "gcOp:1", 0, "gc", "C", ["\\HTFIND", 2, 1], null],
  ["ASSOC", "", -1, "list", "C", ["ASSOC", 2, 0], null],
  ["GVAR_", "atom:4", 0, "variable", "C", ["\\SETGLOBALVAL.UFN", 2, 4], null],
  ["RPLACA", "", -1, "list", "C", ["\\RPLACA.UFN", 2, 0], null],
  ["RPLACD", "", -1, "list", "C", ["\\RPLACD.UFN", 2, 0], null],
  ["CONS", "", -1, "list", "C", ["\\CONS.UFN", 2, 0], null],
  ["CMLASSOC", "", -1, "list", "C", ["CL::%SIMPLE-ASSOC", 2, 0], null],
  ["FMEMB", "", -1, "list", "C", ["FMEMB", 2, 0], null],
  ["CMLMEMBER", "", -1, "list", "C", ["CL::%SIMPLE-MEMBER", 2, 0], null],
  ["FINDKEY", "keyStart:1", 0, "variable", "C", ["\\FINDKEY.UFN", 2, 1], null],
  ["CREATECELL", "", 0, "gc", "C", ["\\CREATECELL", 1, 0], null],
  ["BIN", "", 0, "io", "C", ["\\BIN", 1, 0], null],
  ["BOUT", "", -1, "io", "U", ["\\BOUT", 2, 0], null],
  ["POPDISP", "", 0, "ufn-only", "U", ["\\POPDISP.UFN", 1, 0], null],
  ["RESTLIST", "restSkip:1", -1, "variable", "C", ["\\RESTLIST.UFN", 3, 1], null],
  ["MISCN", "subOp:1 argCount:1", "1-n (0 when n = 0)", "escape", "C", ["\\MISCN.UFN", 1, 2], null],
  ["unused-37", "", 0, "ufn-only", "U", null, null],
  ["RPLCONS", "", -1, "list", "C", ["\\RPLCONS", 2, 0], null],
  ["LISTGET", "", -1, "list", "C", ["LISTGET", 2, 0], null],
  ["unused-40", "", 0, "ufn-only", "U", null, null],
  ["unused-41", "", 0, "ufn-only", "U", null, null],
  ["unused-42", "", 0, "ufn-only", "U", null, null],
  ["unused-43", "", 0, "ufn-only", "U", null, null],
  ["EVAL", "", 0, "call", "C", ["\\EVAL", 1, 0], null],
  ["ENVCALL", "", "-(n+2)", "call", "C", ["\\ENVCALL.UFN", 0, 0], null],
  ["TYPECHECK", "atom:4", 0, "type", "C", ["\\TYPECHECK.UFN", 1, 0], null],
  ["STKSCAN", "", 0, "call", "C", ["\\STKSCAN", 1, 0], null],
  ["BUSBLT", "subOp:1", -3, "ufn-only", "U", ["\\BUSBLT.UFN", 5, 1], null],
  ["MISC8", "subOp:1", -7, "ufn-only", "U", ["\\MISC8.UFN", 9, 1], null],
  ["UBFLOAT3", "subOp:1", -2, "float", "C", ["\\UNBOXFLOAT3", 1, 1], null],
  ["TYPEMASK.N", "typeMask:1", 0, "type", "C", ["\\TYPEMASK.UFN", 2, 1], null],
  ["RDPROLOGPTR", "", 0, "ufn-only", "U", ["RAID", 1, 0], null],
  ["RDPROLOGTAG", "", 0, "ufn-only", "U", ["RAID", 1, 0], null],
  ["WRTPTR&TAG", "", -2, "ufn-only", "U", ["RAID", 3, 0], null],
  ["WRTPTR&0TAG", "", -1, "ufn-only", "U", ["RAID", 2, 0], null],
  ["MISC7", "subOp:1", -6, "graphics", "C", ["\\MISC7.UFN", 8, 1], null],
  ["DOVEMISC", "subOp:1", "n/a", "ufn-only", "U", null, null],
  ["EQL", "", -1, "compare", "C", ["EQL", 2, 0], null],
  ["DRAWLINE", "", -8, "graphics", "C", ["\\DRAWLINE.UFN", 9, 0], null],
  ["STORE.N", "stackWordOffset:1", 0, "stack", "C", ["\\STORE.N.UFN", 2, 1], null],
  ["COPY.N", "stackWordOffset:1", 1, "stack", "C", ["\\COPY.N.UFN", 1, 1], null],
  ["RAID", "", 0, "ufn-only", "U", ["RAID", 1, 0], null],
  ["\\RETURN", "", 0, "call", "U", ["\\RETURN", 1, 0], null],
  ["IVAR0", "", 1, "variable", "C", null, 0],
  ["IVAR1", "", 1, "variable", "C", null, 1],
  ["IVAR2", "", 1, "variable", "C", null, 2],
  ["IVAR3", "", 1, "variable", "C", null, 3],
  ["IVAR4", "", 1, "variable", "C", null, 4],
  ["IVAR5", "", 1, "variable", "C", null, 5],
  ["IVAR6", "", 1, "variable", "C", null, 6],
  ["IVARX", "ivarWordOffset:1", 1, "variable", "C", null, null],
  ["PVAR0", "", 1, "variable", "C", null, 0],
  ["PVAR1", "", 1, "variable", "C", null, 1],
  ["PVAR2", "", 1, "variable", "C", null, 2],
  ["PVAR3", "", 1, "variable", "C", null, 3],
  ["PVAR4", "", 1, "variable", "C", null, 4],
  ["PVAR5", "", 1, "variable", "C", null, 5],
  ["PVAR6", "", 1, "variable", "C", null, 6],
  ["PVARX", "pvarWordOffset:1", 1, "variable", "C", null, null],
  ["FVAR0", "", 1, "variable", "C", null, 0],
  ["FVAR1", "", 1, "variable", "C", null, 1],
  ["FVAR2", "", 1, "variable", "C", null, 2],
  ["FVAR3", "", 1, "variable", "C", null, 3],
  ["FVAR4", "", 1, "variable", "C", null, 4],
  ["FVAR5", "", 1, "variable", "C", null, 5],
  ["FVAR6", "", 1, "variable", "C", null, 6],
  ["FVARX", "fvarWordOffset:1", 1, "variable", "C", null, null],
  ["PVAR_0", "", 0, "variable", "C", null, 0],
  ["PVAR_1", "", 0, "variable", "C", null, 1],
  ["PVAR_2", "", 0, "variable", "C", null, 2],
  ["PVAR_3", "", 0, "variable", "C", null, 3],
  ["PVAR_4", "", 0, "variable", "C", null, 4],
  ["PVAR_5", "", 0, "variable", "C", null, 5],
  ["PVAR_6", "", 0, "variable", "C", null, 6],
  ["PVARX_", "pvarWordOffset:1", 0, "variable", "C", null, null],
  ["GVAR", "atom:4", 1, "variable", "C", null, null],
  ["ARG0", "", 0, "variable", "C", ["\\ARG0", 1, 0], null],
  ["IVARX_", "ivarWordOffset:1", 0, "variable", "C", null, null],
  ["FVARX_", "fvarWordOffset:1", 0, "variable", "C", null, null],
  ["COPY", "", 1, "stack", "C", null, null],
  ["MYARGCOUNT", "", 1, "variable", "C", ["\\MYARGCOUNT", 0, 0], null],
  ["MYALINK", "", 1, "variable", "C", null, null],
  ["ACONST", "atom:4", 1, "constant", "C", null, null],
  ["'NIL", "", 1, "constant", "C", null, null],
  ["'T", "", 1, "constant", "C", null, null],
  ["'0", "", 1, "constant", "C", null, null],
  ["'1", "", 1, "constant", "C", null, null],
  ["SIC", "smallPos:1", 1, "constant", "C", null, null],
  ["SNIC", "smallNeg:1", 1, "constant", "C", null, null],
  ["SICX", "smallPos:2", 1, "constant", "C", null, null],
  ["GCONST", "pointer:4", 1, "constant", "C", null, null],
  ["unused-112", "", 0, "ufn-only", "U", null, null],
  ["READFLAGS", "", 0, "ufn-only", "U", ["\\READFLAGS", 1, 0], null],
  ["READRP", "", 0, "ufn-only", "U", ["\\READRP", 1, 0], null],
  ["WRITEMAP", "", -2, "ufn-only", "U", ["\\WRITEMAP", 3, 0], null],
  ["READPRINTERPORT", "", 1, "ufn-only", "U", ["\\READPRINTERPORT.UFN", 0, 0], null],
  ["WRITEPRINTERPORT", "", 0, "ufn-only", "U", ["\\WRITEPRINTERPORT.UFN", 1, 0], null],
  ["PILOTBITBLT", "", -1, "graphics", "C", ["\\PILOTBITBLT", 2, 0], null],
  ["RCLK", "", 0, "io", "C", ["\\RCLKSUBR", 1, 0], null],
  ["MISC1", "subOp:1", 0, "ufn-only", "U", ["\\MISC1.UFN", 2, 1], null],
  ["MISC2", "subOp:1", -1, "ufn-only", "U", ["\\MISC2.UFN", 3, 1], null],
  ["RECLAIMCELL", "", 0, "gc", "U", ["\\GCRECLAIMCELL", 1, 0], null],
  ["GCSCAN1", "", 0, "gc", "C", ["\\GCSCAN1", 1, 0], null],
  ["GCSCAN2", "", 0, "gc", "C", ["\\GCSCAN2", 1, 0], null],
  ["SUBRCALL", "subrNumber:1 argCount:1", "1-n", "escape", "C", null, null],
  ["CONTEXTSWITCH", "", 0, "call", "C", ["\\CONTEXTSWITCH", 1, 0], null],
  ["RETCALL", "atom:4", "n/a", "call", "U", ["\\RETCALL", 1, 4], null],
  ["JUMP0", "", 0, "jump", "C", null, 2],
  ["JUMP1", "", 0, "jump", "C", null, 3],
  ["JUMP2", "", 0, "jump", "C", null, 4],
  ["JUMP3", "", 0, "jump", "C", null, 5],
  ["JUMP4", "", 0, "jump", "C", null, 6],
  ["JUMP5", "", 0, "jump", "C", null, 7],
  ["JUMP6", "", 0, "jump", "C", null, 8],
  ["JUMP7", "", 0, "jump", "C", null, 9],
  ["JUMP8", "", 0, "jump", "C", null, 10],
  ["JUMP9", "", 0, "jump", "C", null, 11],
  ["JUMP10", "", 0, "jump", "C", null, 12],
  ["JUMP11", "", 0, "jump", "C", null, 13],
  ["JUMP12", "", 0, "jump", "C", null, 14],
  ["JUMP13", "", 0, "jump", "C", null, 15],
  ["JUMP14", "", 0, "jump", "C", null, 16],
  ["JUMP15", "", 0, "jump", "C", null, 17],
  ["FJUMP0", "", -1, "jump", "C", null, 2],
  ["FJUMP1", "", -1, "jump", "C", null, 3],
  ["FJUMP2", "", -1, "jump", "C", null, 4],
  ["FJUMP3", "", -1, "jump", "C", null, 5],
  ["FJUMP4", "", -1, "jump", "C", null, 6],
  ["FJUMP5", "", -1, "jump", "C", null, 7],
  ["FJUMP6", "", -1, "jump", "C", null, 8],
  ["FJUMP7", "", -1, "jump", "C", null, 9],
  ["FJUMP8", "", -1, "jump", "C", null, 10],
  ["FJUMP9", "", -1, "jump", "C", null, 11],
  ["FJUMP10", "", -1, "jump", "C", null, 12],
  ["FJUMP11", "", -1, "jump", "C", null, 13],
  ["FJUMP12", "", -1, "jump", "C", null, 14],
  ["FJUMP13", "", -1, "jump", "C", null, 15],
  ["FJUMP14", "", -1, "jump", "C", null, 16],
  ["FJUMP15", "", -1, "jump", "C", null, 17],
  ["TJUMP0", "", -1, "jump", "C", null, 2],
  ["TJUMP1", "", -1, "jump", "C", null, 3],
  ["TJUMP2", "", -1, "jump", "C", null, 4],
  ["TJUMP3", "", -1, "jump", "C", null, 5],
  ["TJUMP4", "", -1, "jump", "C", null, 6],
  ["TJUMP5", "", -1, "jump", "C", null, 7],
  ["TJUMP6", "", -1, "jump", "C", null, 8],
  ["TJUMP7", "", -1, "jump", "C", null, 9],
  ["TJUMP8", "", -1, "jump", "C", null, 10],
  ["TJUMP9", "", -1, "jump", "C", null, 11],
  ["TJUMP10", "", -1, "jump", "C", null, 12],
  ["TJUMP11", "", -1, "jump", "C", null, 13],
  ["TJUMP12", "", -1, "jump", "C", null, 14],
  ["TJUMP13", "", -1, "jump", "C", null, 15],
  ["TJUMP14", "", -1, "jump", "C", null, 16],
  ["TJUMP15", "", -1, "jump", "C", null, 17],
  ["JUMPX", "jump:1", 0, "jump", "C", null, null],
  ["JUMPXX", "jump:2", 0, "jump", "C", null, null],
  ["FJUMPX", "jump:1", -1, "jump", "C", null, null],
  ["TJUMPX", "jump:1", -1, "jump", "C", null, null],
  ["NFJUMPX", "jump:1", "0 if taken, -1 if not", "jump", "C", null, null],
  ["NTJUMPX", "jump:1", "0 if taken, -1 if not", "jump", "C", null, null],
  ["AREF1", "", -1, "array", "C", ["%AREF1", 2, 0], null],
  ["ASET1", "", -2, "array", "C", ["%ASET1", 3, 0], null],
  ["PVAR_^0", "", -1, "variable", "C", null, 0],
  ["PVAR_^1", "", -1, "variable", "C", null, 1],
  ["PVAR_^2", "", -1, "variable", "C", null, 2],
  ["PVAR_^3", "", -1, "variable", "C", null, 3],
  ["PVAR_^4", "", -1, "variable", "C", null, 4],
  ["PVAR_^5", "", -1, "variable", "C", null, 5],
  ["PVAR_^6", "", -1, "variable", "C", null, 6],
  ["POP", "", -1, "stack", "C", null, null],
  ["POP.N", "popCount:1", "-(b+1)", "stack", "C", ["\\POP.N.UFN", 1, 1], null],
  ["ATOMCELL.N", "cellSelector:1", 0, "base", "C", ["\\ATOMCELL", 2, 1], null],
  ["GETBASEBYTE", "", -1, "base", "C", ["\\GETBASEBYTE", 2, 0], null],
  ["INSTANCEP", "atom:4", 0, "type", "C", ["\\INSTANCEP.UFN", 2, 4], null],
  ["BLT", "", -2, "base", "C", ["\\BLT", 3, 0], null],
  ["MISC10", "subOp:1", -9, "ufn-only", "U", ["\\MISC10.UFN", 11, 1], null],
  ["P-MISC2", "subOp:1", -1, "ufn-only", "U", ["\\P-MISC2.UFN", 3, 1], null],
  ["PUTBASEBYTE", "", -2, "base", "C", ["\\PUTBASEBYTE", 3, 0], null],
  ["GETBASE.N", "wordOffset:1", 0, "base", "C", null, null],
  ["GETBASEPTR.N", "wordOffset:1", 0, "base", "C", null, null],
  ["GETBITS.N.FD", "wordOffset:1 fieldDescriptor:1", 0, "base", "C", null, null],
  ["unused-203", "", 0, "ufn-only", "U", null, null],
  ["CMLEQUAL", "", -1, "compare", "C", ["CL:EQUAL", 2, 0], null],
  ["PUTBASE.N", "wordOffset:1", -1, "base", "C", ["\\PUTBASE.UFN", 3, 1], null],
  ["PUTBASEPTR.N", "wordOffset:1", -1, "base", "C", ["\\PUTBASEPTR.UFN", 3, 1], null],
  ["PUTBITS.N.FD", "wordOffset:1 fieldDescriptor:1", -1, "base", "C", ["\\PUTBITS.UFN", 3, 2], null],
  ["ADDBASE", "", -1, "base", "C", ["\\ADDBASE", 2, 0], null],
  ["VAG2", "", -1, "base", "C", ["\\VAG2", 2, 0], null],
  ["HILOC", "", 0, "base", "C", null, null],
  ["LOLOC", "", 0, "base", "C", null, null],
  ["PLUS2", "", -1, "integer", "C", ["\\SLOWPLUS2", 2, 0], null],
  ["DIFFERENCE", "", -1, "integer", "C", ["\\SLOWDIFFERENCE", 2, 0], null],
  ["TIMES2", "", -1, "integer", "C", ["\\SLOWTIMES2", 2, 0], null],
  ["QUOTIENT", "", -1, "integer", "C", ["\\SLOWQUOTIENT", 2, 0], null],
  ["IPLUS2", "", -1, "integer", "C", ["\\SLOWIPLUS2", 2, 0], null],
  ["IDIFFERENCE", "", -1, "integer", "C", ["\\SLOWIDIFFERENCE", 2, 0], null],
  ["ITIMES2", "", -1, "integer", "C", ["\\SLOWITIMES2", 2, 0], null],
  ["IQUOTIENT", "", -1, "integer", "C", ["\\SLOWIQUOTIENT", 2, 0], null],
  ["IREMAINDER", "", -1, "integer", "C", ["IREMAINDER", 2, 0], null],
  ["IPLUS.N", "smallPos:1", 0, "integer", "C", ["\\SLOWIPLUS2", 2, 1], null],
  ["IDIFFERENCE.N", "smallPos:1", 0, "integer", "C", ["\\SLOWIDIFFERENCE", 2, 1], null],
  ["BASE-<", "", -1, "base", "U", ["\\BASE-<.UFN", 2, 0], null],
  ["LLSH1", "", 0, "logic", "C", ["\\SLOWLLSH1", 1, 0], null],
  ["LLSH8", "", 0, "logic", "C", ["\\SLOWLLSH8", 1, 0], null],
  ["LRSH1", "", 0, "logic", "C", ["\\SLOWLRSH1", 1, 0], null],
  ["LRSH8", "", 0, "logic", "C", ["\\SLOWLRSH8", 1, 0], null],
  ["LOGOR2", "", -1, "logic", "C", ["\\SLOWLOGOR2", 2, 0], null],
  ["LOGAND2", "", -1, "logic", "C", ["\\SLOWLOGAND2", 2, 0], null],
  ["LOGXOR2", "", -1, "logic", "C", ["\\SLOWLOGXOR2", 2, 0], null],
  ["LSH", "", -1, "logic", "C", ["LSH", 2, 0], null],
  ["FPLUS2", "", -1, "float", "C", ["\\SLOWFPLUS2", 2, 0], null],
  ["FDIFFERENCE", "", -1, "float", "C", ["\\SLOWFDIFFERENCE", 2, 0], null],
  ["FTIMES2", "", -1, "float", "C", ["\\SLOWFTIMES2", 2, 0], null],
  ["FQUOTIENT", "", -1, "float", "C", ["\\SLOWFQUOTIENT", 2, 0], null],
  ["UBFLOAT2", "subOp:1", -1, "float", "C", ["\\UNBOXFLOAT2", 1, 1], null],
  ["UBFLOAT1", "subOp:1", 0, "float", "C", ["\\UNBOXFLOAT1", 1, 1], null],
  ["AREF2", "", -2, "array", "C", ["%AREF2", 3, 0], null],
  ["ASET2", "", -3, "array", "C", ["%ASET2", 4, 0], null],
  ["EQ", "", -1, "compare", "C", null, null],
  ["IGREATERP", "", -1, "integer", "C", ["\\SLOWIGREATERP", 2, 0], null],
  ["FGREATERP", "", -1, "float", "C", ["\\SLOWFGREATERP", 2, 0], null],
  ["GREATERP", "", -1, "integer", "C", ["GREATERP", 2, 0], null],
  ["EQUAL", "", -1, "compare", "C", ["EQUAL", 2, 0], null],
  ["MAKENUMBER", "", -1, "integer", "C", ["\\MAKENUMBER", 2, 0], null],
  ["BOXIPLUS", "", -1, "integer", "C", ["\\BOXIPLUS", 2, 0], null],
  ["BOXIDIFFERENCE", "", -1, "integer", "C", ["\\BOXIDIFFERENCE", 2, 0], null],
  ["FLOATBLT", "subOp:1", -3, "ufn-only", "U", ["\\FLOATBLT", 5, 1], null],
  ["FFTSTEP", "", -1, "ufn-only", "U", ["\\FFTSTEP", 2, 0], null],
  ["MISC3", "subOp:1", -2, "array", "C", ["\\MISC3.UFN", 4, 1], null],
  ["MISC4", "subOp:1", -3, "array", "C", ["\\MISC4.UFN", 5, 1], null],
  ["UPCTRACE", "", 0, "ufn-only", "U", ["NILL", 1, 0], null],
  ["SWAP", "", 0, "stack", "C", null, null],
  ["NOP", "", 0, "stack", "C", null, null],
  ["=", "", -1, "compare", "C", ["CL::%=", 2, 0], null],
];

export const OPCODES: readonly Opcode[] = rows.map(
  ([name, operandText, stackDelta, family, implementation, ufn, implicit], code) => {
    const operands = operandText === "" ? [] : operandText.split(" ").map(parseOperand);
    return {
      code,
      name,
      operands,
      operandBytes: operands.reduce((sum, operand) => sum + operand.bytes, 0),
      stackDelta,
      family,
      isNative: implementation === "C",
      ufn: ufn === null ? null : { functionName: ufn[0], args: ufn[1], extraBytes: ufn[2] },
      implicit,
    };
  },
);

/** Opcode by name, for the assembler. */
export const OPCODE_BY_NAME: ReadonlyMap<string, Opcode> = new Map(OPCODES.map((opcode) => [opcode.name, opcode]));

function parseOperand(text: string): Operand {
  const [kind, bytes] = text.split(":");
  return { kind: kind as OperandKind, bytes: Number(bytes) };
}
