/**
 * Everything that is built into Conspect Lisp, as data: parameters, arity, meaning, and how the compiler makes code of a call.
 * Resolver, compiler, hover and completion all read this table.
 */
import { MEMORY, type MemoryOperation } from "../isa/memory-operations.ts";
import { RECORD, type RecordOperation, TABLE_TYPE, VALUES_TYPE } from "../isa/record-types.ts";

export type ResultKind =
  | "any"
  | "boolean"
  | "number"
  | "integer"
  | "float"
  | "character"
  | "string"
  | "symbol"
  | "list"
  | "vector"
  | "function"
  | "table"
  | "nothing";

/** How a call becomes code, once all arguments are on the evaluation stack. */
export type BuiltinCode =
  /** Opcodes by name, an operand byte after a colon. */
  | { readonly kind: "opcodes"; readonly text: string }
  /** As `opcodes`, but the result is the argument itself for true: made `#t` where the value is wanted. */
  | { readonly kind: "predicate"; readonly text: string }
  /** SUBRCALL of `isa/subrs.ts`. */
  | { readonly kind: "host"; readonly subr: string }
  /** The host call MEMORY, with the number of its operation before the arguments. */
  | { readonly kind: "operation"; readonly subr: "MEMORY"; readonly operation: number }
  /** The host call RECORD, with the number of its operation behind the arguments. */
  | { readonly kind: "record"; readonly operation: number }
  /** Call of the function of the same name (or the one given) in the library. */
  | { readonly kind: "library"; readonly name: string }
  /** Compiled by a function of its own, in `compiler/primitives.ts`. */
  | { readonly kind: "special" };

export interface Builtin {
  readonly name: string;
  /** Names of the parameters; `x?` may be left out, `x…` may be repeated. */
  readonly parameters: readonly string[];
  readonly least: number;
  /** Null when there is no limit. */
  readonly most: number | null;
  readonly result: ResultKind;
  readonly doc: string;
  readonly code: BuiltinCode;
}

type Row = readonly [signature: string, result: ResultKind, code: string, doc: string];

// Signature; result; code (opcodes, `? opcodes` for a predicate, `host NAME`, `memory OPERATION`, `library`, `special`); meaning.
const rows: readonly Row[] = [
  // Arithmetic
  [
    "+ number…",
    "number",
    "special",
    "Sum; 0 without arguments. Integers have 32 bits; a larger result is the error not-a-number.",
  ],
  ["- number number…", "number", "special", "Difference; with one argument its negation."],
  ["* number…", "number", "special", "Product; 1 without arguments."],
  [
    "/ number number…",
    "number",
    "special",
    "Quotient. Of two integers it is an integer, cut towards zero: (/ -7 2) is -3.",
  ],
  ["% integer integer", "integer", "IREMAINDER", "Remainder with the sign of the first argument."],
  ["remainder integer integer", "integer", "IREMAINDER", "Remainder with the sign of the first argument."],
  ["modulo integer integer", "integer", "library", "Remainder with the sign of the second argument."],
  ["quotient integer integer", "integer", "IQUOTIENT", "Integer quotient, cut towards zero."],
  ["1+ number", "number", "'1 PLUS2", "One more."],
  ["1- number", "number", "'1 DIFFERENCE", "One less."],
  ["abs number", "number", "library", "The number without its sign."],
  ["min number number…", "number", "special", "The smallest of the numbers."],
  ["max number number…", "number", "special", "The largest of the numbers."],
  ["truncate number", "integer", "host TRUNCATE", "The integer nearest to a float, towards zero."],
  ["= number number number…", "boolean", "special", "Are all numbers equal? 1 and 1.0 are."],
  ["< number number number…", "boolean", "special", "Does each number come before the next?"],
  ["> number number number…", "boolean", "special", "Is each number greater than the next?"],
  ["<= number number number…", "boolean", "special", "Is no number greater than the next?"],
  [">= number number number…", "boolean", "special", "Is no number less than the next?"],
  ["zero? number", "boolean", "'0 =", "Is the number 0?"],
  ["positive? number", "boolean", "'0 GREATERP", "Is the number above 0?"],
  ["negative? number", "boolean", "'0 SWAP GREATERP", "Is the number below 0?"],
  ["even? integer", "boolean", "'1 LOGAND2 '0 EQ", "Can the integer be halved?"],
  ["odd? integer", "boolean", "'1 LOGAND2 '1 EQ", "Does halving the integer leave 1?"],
  ["bit-and integer integer", "integer", "LOGAND2", "Bitwise and of two 32-bit patterns."],
  ["bit-or integer integer", "integer", "LOGOR2", "Bitwise or of two 32-bit patterns."],
  ["bit-xor integer integer", "integer", "LOGXOR2", "Bitwise exclusive or of two 32-bit patterns."],
  ["bit-shl integer count", "integer", "LSH", "Shift to the left; an error when bits of the value are lost."],
  ["bit-ashr integer count", "integer", "special", "Shift to the right, keeping the sign."],
  ["bit-shr integer count", "integer", "library", "Shift of the 32-bit pattern to the right, zeros coming in."],

  // Equality and types
  [
    "eq? a b",
    "boolean",
    "EQ",
    "Are both the same object, or the same small integer? Whether equal strings in the text are one object is up to the memory manager: use equal?.",
  ],
  ["eqv? a b", "boolean", "EQL", "As eq?, and numbers of one type with one value are the same."],
  ["equal? a b", "boolean", "CMLEQUAL", "Have both the same structure and contents?"],
  ["not x", "boolean", "'NIL EQ", "#t for nil, nil for everything else."],
  ["null? x", "boolean", "'NIL EQ", "Is x nil, the empty list?"],
  ["pair? x", "boolean", "? LISTP", "Is x a pair?"],
  ["list? x", "boolean", "library", "Is x nil, or a chain of pairs that ends with nil?"],
  ["symbol? x", "boolean", "? TYPEMASK.N:64", "Is x a symbol other than nil?"],
  ["number? x", "boolean", "? TYPEMASK.N:16", "Is x a number?"],
  ["integer? x", "boolean", "? TYPEMASK.N:32", "Is x an integer?"],
  ["float? x", "boolean", "? TYPEP:3", "Is x a float?"],
  ["string? x", "boolean", "library", "Is x a string?"],
  ["char? x", "boolean", "? TYPEP:9", "Is x a character?"],
  ["vector? x", "boolean", "library", "Is x a vector?"],
  ["procedure? x", "boolean", "? TYPEP:13", "Is x a function?"],
  ["boolean? x", "boolean", "library", "Is x #t or #f?"],

  // Pairs and lists
  ["cons a b", "list", "CONS", "A new pair."],
  ["car list", "any", "CAR", "First half of a pair; nil of nil."],
  ["cdr list", "any", "CDR", "Second half of a pair; nil of nil."],
  ["caar list", "any", "CAR CAR", "(car (car list))"],
  ["cadr list", "any", "CDR CAR", "Second item of a list."],
  ["cdar list", "any", "CAR CDR", "(cdr (car list))"],
  ["cddr list", "any", "CDR CDR", "The list without its first two items."],
  ["caddr list", "any", "CDR CDR CAR", "Third item of a list."],
  ["cdddr list", "any", "CDR CDR CDR", "The list without its first three items."],
  ["cadddr list", "any", "CDR CDR CDR CAR", "Fourth item of a list."],
  ["set-car! pair x", "list", "RPLACA", "Replaces the first half of a pair; the result is the pair."],
  ["set-cdr! pair x", "list", "RPLACD", "Replaces the second half of a pair; the result is the pair."],
  ["list item…", "list", "special", "A new list of the arguments."],
  ["append list…", "list", "special", "The items of all lists in one; the last list is shared, not copied."],
  ["reverse list", "list", "library", "A new list in the opposite order."],
  ["length list", "integer", "library", "Number of items."],
  ["list-ref list index", "any", "library", "The item at an index, counted from 0."],
  ["list-tail list count", "any", "library", "The list without its first `count` items."],
  [
    "map function list list?",
    "list",
    "special",
    "A list of the results of calling the function for each item (or each pair of items).",
  ],
  ["for-each function list list?", "nothing", "special", "Calls the function for each item (or each pair of items)."],
  ["filter function list", "list", "library", "The items for which the function is true."],
  ["fold function start list", "any", "library", "(function item result) for each item, beginning with `start`."],
  ["fold-right function start list", "any", "library", "As fold, from the last item to the first."],
  [
    "reduce function start list",
    "any",
    "library",
    "As fold with the first item as the start; `start` for an empty list.",
  ],
  ["assq key list", "list", "ASSOC", "First pair of the list whose car is eq? to the key, or nil."],
  ["assoc key list", "list", "library", "First pair of the list whose car is equal? to the key, or nil."],
  ["memq x list", "list", "FMEMB", "The list from the item that is eq? to x on, or nil."],
  ["member x list", "list", "library", "The list from the item that is equal? to x on, or nil."],
  ["delete x list", "list", "library", "The items that are not equal? to x."],
  [
    "apply function argument… list",
    "any",
    "special",
    "Calls the function with the arguments and the items of the list.",
  ],

  // Vectors, strings, characters, symbols
  ["vector item…", "vector", "special", "A new vector of the arguments."],
  ["make-vector length fill?", "vector", "special", "A new vector; nil everywhere when `fill` is left out."],
  ["vector-ref vector index", "any", "AREF1", "The item at an index, counted from 0."],
  ["vector-set! vector index x", "any", "special", "Replaces the item at an index; the result is x."],
  ["vector-length vector", "integer", "host VECTOR_LENGTH", "Number of items."],
  ["vector-fill! vector x", "vector", "library", "Replaces all items; the result is the vector."],
  ["vector->list vector", "list", "library", "The items as a new list."],
  ["list->vector list", "vector", "library", "The items as a new vector."],
  ["string-length string", "integer", "host VECTOR_LENGTH", "Number of characters."],
  ["string-ref string index", "character", "AREF1", "The character at an index, counted from 0."],
  ["string-append string…", "string", "special", "A new string of all characters."],
  ["substring string from to?", "string", "special", "The characters from an index up to, not including, another."],
  ["make-string length character?", "string", "special", "A new string; blanks when `character` is left out."],
  ["string=? a b", "boolean", "host STRING_EQUAL", "Have both the same characters?"],
  ["string<? a b", "boolean", "host STRING_LESS", "Does a come before b, by character codes?"],
  ["number->string number", "string", "host NUMBER_TO_STRING", "The number as a person writes it."],
  ["string->number string", "number", "host STRING_TO_NUMBER", "The number that is written there, or nil."],
  ["symbol->string symbol", "string", "host SYMBOL_TO_STRING", "The name."],
  ["string->symbol string", "symbol", "host STRING_TO_SYMBOL", "The symbol of that name."],
  ["string->list string", "list", "library", "The characters as a new list."],
  ["char->integer character", "integer", "library", "The code of a character."],
  ["integer->char integer", "character", "library", "The character with that code, 0 to 65535."],
  ["char=? a b", "boolean", "EQ", "Are both the same character?"],
  ["char<? a b", "boolean", "library", "Does the code of a come before that of b?"],

  // Tables and several results
  ["make-table", "table", "library", "A new table without keys."],
  ["table? x", "boolean", `? TYPEP:${TABLE_TYPE}`, "Is x a table?"],
  [
    "table-ref table key default?",
    "any",
    "special",
    "The value of a key; `default`, or nil, when the table has no such key. Keys are compared by equal?.",
  ],
  ["table-set! table key x", "any", "library", "Gives a key its value; the result is x."],
  ["table-delete! table key", "boolean", "library", "Takes a key out; nil when the table has no such key."],
  ["table-count table", "integer", "library", "Number of keys."],
  ["table-keys table", "list", "library", "A new list of the keys, in an order that only keys and history decide."],
  ["table-values table", "list", "library", "A new list of the values, in the order of table-keys."],
  ["table->list table", "list", "library", "A new list of pairs (key . value), in the order of table-keys."],
  [
    "table-for-each function table",
    "nothing",
    "library",
    "(function key value) for each key that the table has when this begins.",
  ],
  [
    "values item…",
    "any",
    "special",
    "Several results at once, for receive, let-values or call-with-values; one is just that one.",
  ],
  [
    "call-with-values producer consumer",
    "any",
    "library",
    "Calls the consumer with the results of calling the producer.",
  ],

  // Output, errors, the machine
  ["display x", "any", "host DISPLAY", "Prints x for people, strings without quotes; the result is x."],
  ["write x", "any", "host WRITE", "Prints x as the reader takes it; the result is x."],
  ["newline", "nothing", "host NEWLINE", "Ends the line."],
  ["print x", "any", "host PRINT", "Prints x as the reader takes it, then ends the line; the result is x."],
  ["print-int x", "any", "host PRINT", "As print; for programs of system L."],
  [
    "print-string string",
    "any",
    "special",
    "Prints a string without quotes, then ends the line; for programs of system L.",
  ],
  ["error message value…", "nothing", "special", "Stops with the error user-error; the values follow the message."],
  ["peek address", "integer", "host PEEK", "The integer in a cell of the flat memory, 0 to 65535."],
  [
    "poke address integer",
    "integer",
    "host POKE",
    "Replaces a cell of the flat memory, 16384 to 65535; the result is the integer.",
  ],
  ["gc", "integer", "host GC", "Collects now; the result is the number of objects freed."],
  [
    "refcount x",
    "integer",
    "host REFCOUNT",
    "The stored reference count of x; nil when x is not counted. References from the stack are not in it.",
  ],
  ["address-of x", "integer", "host ADDRESS_OF", "The address of x, in words."],
  ["region x", "symbol", "host REGION", "The memory region that holds x."],
  [
    "free x",
    "nothing",
    "memory FREE",
    "Gives x back to the memory manager, where that takes single objects back; elsewhere nothing happens. x must not be used any more. An integer is an address that malloc answered.",
  ],
  [
    "arena x",
    "integer",
    "memory ARENA_OF",
    "Number of the arena or region of the program that holds x; nil when none does.",
  ],
  // The flat heap
  [
    "init-allocator start? end? alignment? minimum? policy…",
    "integer",
    "memory INIT_ALLOCATOR",
    "Begins the heap of malloc in the flat memory: its range, rounding and minimum in words (20000 40000 8 8), and symbols for the policy: best-fit, no-split, no-coalesce, aligned, trim, tagged. The result is its start.",
  ],
  ["malloc words", "integer", "memory MALLOC", "The flat address of that many words or more; 0 when the heap is full."],
  ["get-used-memory", "integer", "memory USED_MEMORY", "Words of the flat heap in use, headers included."],
  ["get-free-memory", "integer", "memory FREE_MEMORY", "Words of the flat heap that are not in use."],
  ["get-heap-size", "integer", "memory HEAP_SIZE", "Words of the flat heap."],
  [
    "get-fragmentation",
    "integer",
    "memory FRAGMENTATION",
    "Words of the flat heap that were used before and are not in use, in hundredths of those in use; it can exceed 100.",
  ],
  ["get-total-freed", "integer", "memory TOTAL_FREED", "Words of the flat heap that were freed so far."],
  [
    "print-stats",
    "nothing",
    "memory PRINT_STATS",
    "Prints 7777, then allocations, frees, total, in use, free and fragmentation of the flat heap, one a line.",
  ],
  [
    "coalesce",
    "integer",
    "memory COALESCE",
    "Joins all free neighbours in the flat heap; the result is how many went.",
  ],
  [
    "compact-heap cell…",
    "list",
    "memory COMPACT_HEAP",
    "Slides the blocks of the flat heap together; the result is a list of pairs (old . new). Addresses in the flat cells that are given follow.",
  ],
  [
    "gc-mark-and-sweep cell…",
    "integer",
    "memory MARK_AND_SWEEP",
    "Frees every block of the flat heap whose address stands nowhere; with flat cells given, only these are looked at first. The result is how many.",
  ],
  [
    "print-free-list",
    "nothing",
    "memory PRINT_FREE_LIST",
    "Prints 9000, then header address and words of each free block of the flat heap, one number a line.",
  ],
  [
    "tag name integer",
    "integer",
    "memory TAG",
    "A tagged word: object (the address, a multiple of 8), integer, function, character, symbol, float or special.",
  ],
  ["untag word", "integer", "memory UNTAG", "What a tagged word holds."],
  ["tag-of word", "symbol", "memory TAG_OF", "The name of the tag of a word; nil when it is none."],
  ["mem-read address", "integer", "host PEEK", "As peek; for programs of system L."],
  ["mem-write address integer", "integer", "host POKE", "As poke; for programs of system L."],
  ["ptr-deref address index", "integer", "memory PTR_DEREF", "A word of a block that malloc answered, counted from 0."],
  [
    "ptr-store address index integer",
    "integer",
    "memory PTR_STORE",
    "Replaces a word of a block that malloc answered; the result is the integer.",
  ],
  [
    "peek-byte address index",
    "integer",
    "memory PEEK_BYTE",
    "A byte from a flat address on, four a word, the lowest first.",
  ],
  ["poke-byte address index byte", "integer", "memory POKE_BYTE", "Replaces a byte; the result is the byte."],
  [
    "peek-string address",
    "string",
    "memory PEEK_STRING",
    "The string at a flat address: a word with its length, then its bytes.",
  ],
  [
    "poke-string address string",
    "integer",
    "memory POKE_STRING",
    "Writes a string there; the result is the words that it takes.",
  ],
  ["runtime", "integer", "host RUNTIME", "Microseconds of the clock, for differences."],
  ["exit status?", "nothing", "special", "Ends the program; status 0 when left out."],
];

// What only the library itself may call.
const internalRows: readonly Row[] = [
  ["%array? x", "boolean", "? TYPEP:14", "Is x a vector or a string?"],
  ["%string-bit array", "integer", "GETBITS.N.FD:2:48", "1 for a string, 0 for a vector."],
  ["%code character", "integer", "LOLOC", "Code of a character, unchecked."],
  ["%character code", "character", "SIC:7 SWAP VAG2", "Character of a code, unchecked."],
  ["%wrong-type x", "nothing", "special", "Signals wrong-type."],
  ["%signal number value…", "nothing", "host ERROR", "Signals an error of `LISP_ERRORS`."],
  ["%equal a b", "boolean", "host EQUAL", "Same structure, for what the opcode leaves open."],
  ["%hash x", "integer", "record HASH", "A number that is the same for equal things."],
  [
    "%new-table count buckets",
    "table",
    `SIC:${TABLE_TYPE} CREATECELL SWAP RPLPTR.N:2 SWAP RPLPTR.N:0`,
    "A table of these parts.",
  ],
  ["%table-count table", "integer", "GETBASEPTR.N:0", "Number of keys, unchecked."],
  ["%table-buckets table", "vector", "GETBASEPTR.N:2", "The buckets, unchecked."],
  ["%set-table-count! table count", "table", "RPLPTR.N:0", "Replaces the number of keys, unchecked."],
  ["%set-table-buckets! table buckets", "table", "RPLPTR.N:2", "Replaces the buckets, unchecked."],
  ["%bucket table key", "integer", "library", "Index of the bucket of a key."],
  ["%table-entry table key", "list", "library", "The pair of a key and its value, or nil."],
  ["%table-grow table", "nothing", "library", "Twice as many buckets."],
  ["%table-ref table key default", "any", "library", "table-ref with all its arguments."],
  ["%without pair list", "list", "library", "The list without one of its items."],
  ["%new-values items", "any", `SIC:${VALUES_TYPE} CREATECELL SWAP RPLPTR.N:0`, "Several results."],
  ["%values? x", "boolean", `? TYPEP:${VALUES_TYPE}`, "Are these several results?"],
  ["%values-items x", "list", "GETBASEPTR.N:0", "The list of several results, unchecked."],
  ["%values-list x", "list", "library", "The list of several results, or of one."],
  ["%received x count more", "list", "library", "The list of results, of which there must be so many, or more."],
  ["%step number", "number", "library", "The step of a for loop, which must not be 0."],
  ["%min a b", "number", "library", "The smaller one."],
  ["%max a b", "number", "library", "The larger one."],
  ["%append a b", "list", "library", "append of two lists."],
  ["%map function list", "list", "library", "map over one list."],
  ["%map2 function first second", "list", "library", "map over two lists."],
  ["%for-each function list", "nothing", "library", "for-each over one list."],
  ["%for-each2 function first second", "nothing", "library", "for-each over two lists."],
  ["%apply function list", "any", "library", "Calls with the items of a list as arguments."],
  ["%spread list", "list", "library", "A list whose last item is a list, as one list."],
  ["%substring string from", "string", "library", "substring up to the end."],
];

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(rows.map((row) => [builtinName(row), builtin(row)]));
export const INTERNAL_BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  internalRows.map((row) => [builtinName(row), builtin(row)]),
);

/** What design names and this version does not have: said plainly instead of "not defined". */
export const NOT_AVAILABLE: ReadonlyMap<string, string> = new Map([
  ["define-macro", "not available: use defmacro"],
  ["define-syntax", "not available: use defmacro"],
  ["gensym", "new names are only made in the body of a macro"],
  ["define-record-type", "not available: use define-type"],
  ["defstruct", "not available: use define-type"],
  ["make-hash-table", "not available: use make-table"],
  ["gethash", "not available: use table-ref"],
  ["hash-table-ref", "not available: use table-ref"],
  ["multiple-value-bind", "not available: use receive"],
  ["call/cc", "continuations are not available"],
  ["call-with-current-continuation", "continuations are not available"],
  ["dynamic-wind", "continuations are not available"],
  ["delay", "promises are not available: use (lambda () …)"],
]);

function builtinName(row: Row): string {
  return row[0].split(" ")[0] as string;
}

function builtin([signature, result, code, doc]: Row): Builtin {
  const [name, ...parameters] = signature.split(" ") as [string, ...string[]];
  const isRepeated = parameters.some((parameter) => parameter.endsWith("…"));
  const least = parameters.filter((parameter) => !/[?…]$/.test(parameter)).length;
  const most = isRepeated ? null : parameters.length;
  return { name, parameters, least, most, result, doc, code: parseCode(code, name) };
}

function parseCode(code: string, name: string): BuiltinCode {
  if (code === "special") return { kind: "special" };
  if (code === "library") return { kind: "library", name };
  if (code.startsWith("memory ")) {
    return { kind: "operation", subr: "MEMORY", operation: MEMORY[code.slice(7) as MemoryOperation] };
  }
  if (code.startsWith("record ")) return { kind: "record", operation: RECORD[code.slice(7) as RecordOperation] };
  if (code.startsWith("host ")) return { kind: "host", subr: code.slice(5) };
  if (code.startsWith("? ")) return { kind: "predicate", text: code.slice(2) };
  return { kind: "opcodes", text: code };
}
