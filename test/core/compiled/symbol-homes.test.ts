import { expect, test } from "vitest";
import { symbolForm } from "../../../core/compiled/forms.ts";
import { flatName } from "../../../core/compiled/symbol-homes.ts";

test.each([
  ["CAR", "INTERLISP", "CAR"],
  ["CAR", "LISP", "CAR"],
  ["APPEND", "INTERLISP", "APPEND"],
  ["APPEND", "LISP", "CL:APPEND"],
  ["%SIMPLE-ASSOC", "LISP", "CL::%SIMPLE-ASSOC"],
  ["DESTRUCTURING-BIND", "INTERLISP", "XCL:DESTRUCTURING-BIND"],
  ["DESTRUCTURING-BIND", "CONDITIONS", "XCL:DESTRUCTURING-BIND"],
  ["HANDLER-CASE", "XEROX-COMMON-LISP", "CONDITIONS:HANDLER-CASE"],
  ["HANDLER-CASE", "CONDITIONS", "CONDITIONS:HANDLER-CASE"],
  ["DEFINE-RECORD", "XEROX-COMMON-LISP", "XCL:DEFINE-RECORD"],
  ["DEFINE-RECORD", "CONDITIONS", "CONDITIONS::DEFINE-RECORD"],
  ["SPEED", "LISP", "CL:SPEED"],
  ["CAR", "XCL-USER", "CAR"],
  ["APPEND", "XCL-USER", "CL:APPEND"],
  ["MINE", "XCL-USER", "XCL-USER::MINE"],
  ["MINE", "SYSTEM", "SI::MINE"],
  ["CAR", "KEYWORD", ":CAR"],
  ["CAR", null, "CAR"],
])("%s in %s is %s", (name, inPackage, expected) => {
  expect(flatName(symbolForm(name, inPackage))).toBe(expected);
});
