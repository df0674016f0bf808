/**
 * Which symbol a name in a package is: the packages of the base system share many, and an image without packages needs one flat name for each.
 * Source: compiled files specification, section 2.3; linking specification, section 2.
 */
import { INTERLISP, KEYWORD, LISP, type SymbolForm } from "./forms.ts";
import { CONDITION_NAMES, LISP_NAMES, SHARED_NAMES, XCL_CITIZENS, XCL_NAMES } from "./package-names.ts";

const XCL = "XEROX-COMMON-LISP";
const CONDITIONS = "CONDITIONS";

/**
 * Home package of an interned symbol. A package outside the base system is taken to use LISP and XCL, as those of the compiled files do.
 *
 * @param inPackage where the name is looked up
 */
export function homePackage(name: string, inPackage: string): string {
  if (inPackage === KEYWORD) return KEYWORD;
  if (inPackage === INTERLISP) return XCL_CITIZENS.has(name) ? XCL : INTERLISP;
  if (inPackage === LISP) return SHARED_NAMES.has(name) ? INTERLISP : LISP;
  if (XCL_CITIZENS.has(name)) return XCL;
  if (CONDITION_NAMES.has(name)) return CONDITIONS;
  if (SHARED_NAMES.has(name)) return INTERLISP;
  if (LISP_NAMES.has(name)) return LISP;
  return inPackage !== CONDITIONS && XCL_NAMES.has(name) ? XCL : inPackage;
}

/** Prefixes of flat names, by home package; any other package has its own name. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  [LISP, "CL"],
  [XCL, "XCL"],
  ["SYSTEM", "SI"],
]);

/**
 * The name of a symbol in an image without packages: `CAR`, `CL:APPEND`, `SI::FOO`, `:KEY`. Symbols in no package keep their bare name; they are
 * told apart by identity, not by name.
 */
export function flatName({ name, package: inPackage }: SymbolForm): string {
  if (inPackage === null) return name;
  const home = homePackage(name, inPackage);
  if (home === INTERLISP) return name;
  if (home === KEYWORD) return `:${name}`;
  const isExported =
    (home === LISP && LISP_NAMES.has(name)) ||
    (home === XCL && (XCL_NAMES.has(name) || XCL_CITIZENS.has(name))) ||
    (home === CONDITIONS && CONDITION_NAMES.has(name));
  return `${PREFIXES.get(home) ?? home}${isExported ? ":" : "::"}${name}`;
}
