/** Which allocator serves what: the table of the description of system M, section M.3, as data. Context decides; the type alone does not. */

export type Allocator = "vm" | "compiler" | "regular";

/** What is allocated, or what for. */
export type AllocationKind =
  | "native-function"
  | "native-function-name"
  | "string-literal"
  | "constant"
  | "global-constant"
  | "error-text"
  | "parse-buffer"
  | "symbol-table"
  | "syntax-node"
  | "compile-error-context"
  | "temporary"
  | "runtime-string"
  | "function"
  | "closure"
  | "upvalue"
  | "class"
  | "instance"
  | "bound-method"
  | "vector"
  | "hash-table"
  | "linked-list"
  | "pair"
  | "range"
  | "matrix";

/** `temporary` is served by the compiler arena only while something is compiled, else by the regular allocator. */
export const STRATEGIES: Readonly<Record<AllocationKind, Allocator>> = {
  "native-function": "vm",
  "native-function-name": "vm",
  "string-literal": "vm",
  constant: "vm",
  "global-constant": "vm",
  "error-text": "vm",
  "parse-buffer": "compiler",
  "symbol-table": "compiler",
  "syntax-node": "compiler",
  "compile-error-context": "compiler",
  temporary: "compiler",
  "runtime-string": "regular",
  function: "regular",
  closure: "regular",
  upvalue: "regular",
  class: "regular",
  instance: "regular",
  "bound-method": "regular",
  vector: "regular",
  "hash-table": "regular",
  "linked-list": "regular",
  pair: "regular",
  range: "regular",
  matrix: "regular",
};
