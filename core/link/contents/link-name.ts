/**
 * Names of symbols in an image that has no packages yet: the package is a prefix of the print name, and the booted system, which makes the
 * packages, takes the prefix off again. Other than in an image of our own, symbols shared by LISP and INTERLISP are at home in LISP.
 * Source: linking specification, section 2 and pitfalls; compiled files specification, section 2.3.
 */
import { INTERLISP, isPrintedNil, KEYWORD, LISP, type SymbolForm } from "../../compiled/forms.ts";
import { CONDITION_NAMES, LISP_NAMES, SHARED_NAMES, XCL_CITIZENS } from "../../compiled/package-names.ts";
import { LinkProblem } from "../problem.ts";

const XCL = "XEROX-COMMON-LISP";
const CONDITIONS = "CONDITIONS";

const PREFIXES: ReadonlyMap<string, string> = new Map([
  [LISP, "CL::"],
  [XCL, "XCL::"],
  [CONDITIONS, "CONDITIONS::"],
  ["SYSTEM", "SI::"],
  ["COMPILER", "COMPILER::"],
  ["FASL", "FASL::"],
  [KEYWORD, ":"],
  [INTERLISP, ""],
]);
const UNINTERNED = "#:";

/** Print name of NIL. */
export const NIL_NAME = "CL::NIL";
/** Print name of T. */
export const T_NAME = "CL::T";

/** @throws {LinkProblem} for a symbol in a package that the booted system does not begin with */
export function linkName(symbol: SymbolForm): string {
  if (isPrintedNil(symbol)) return NIL_NAME;
  if (symbol.package === null) return UNINTERNED + symbol.name;
  const home = homeOf(symbol.name, symbol.package);
  const prefix = PREFIXES.get(home);
  if (prefix === undefined) {
    throw new LinkProblem({
      what: `symbol ${symbol.name}`,
      found: `package ${symbol.package}`,
      expected: `one of ${[...PREFIXES.keys()].join(", ")}`,
      advice: "An image that boots has no other packages: load this file into the running system instead",
    });
  }
  return prefix + symbol.name;
}

function homeOf(name: string, inPackage: string): string {
  if (inPackage === KEYWORD || inPackage === LISP) return inPackage;
  if (inPackage === INTERLISP) {
    if (SHARED_NAMES.has(name)) return LISP;
    return XCL_CITIZENS.has(name) ? XCL : INTERLISP;
  }
  if (inPackage === XCL || inPackage === CONDITIONS) {
    if (XCL_CITIZENS.has(name)) return XCL;
    if (CONDITION_NAMES.has(name)) return CONDITIONS;
  }
  return SHARED_NAMES.has(name) || LISP_NAMES.has(name) ? LISP : inPackage;
}
