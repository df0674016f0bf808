import { describe, expect, test } from "vitest";
import { store } from "../../../../core/debuggee/assignment.ts";
import { viewOf } from "../../../../core/debuggee/view.ts";
import type { Slot } from "../../../../core/inspect/node.ts";
import { valueNode } from "../../../../core/inspect/values.ts";
import { FIRST_PROGRAM_TYPE, LIBRARY_TYPES, TABLE_TYPE } from "../../../../core/isa/record-types.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { pointerOffsets, typeName } from "../../../../core/objects/dtd.ts";
import { recordFields } from "../../../../core/objects/records.ts";
import { findSymbol, valueCell } from "../../../../core/objects/symbols.ts";
import { BUILTIN_TYPES } from "../../../../core/objects/types.ts";
import { outputOf, runProgram } from "../../../support/lisp/run-program.ts";

const POINT = "(define-type point x y)";

describe("define-type", () => {
  test.each([
    ["(print (make-point 1 '(2 3)))", "#<point 1 (2 3)>"],
    ["(print (point-y (make-point 1 2)))", "2"],
    ["(define p (make-point 1 2)) (print (set-point-x! p 9)) (print p)", "#<point 9 2>\n#<point 9 2>"],
    ["(print (list (point? (make-point 1 2)) (point? 1) (point? nil) (point? '(1))))", "(#t nil nil nil)"],
    ["(print (map point-x (map make-point '(1 2) '(3 4))))", "(1 2)"],
    ["(print (map point? (list 1 (make-point 1 2))))", "(nil #t)"],
    ["(define (f g p) (g p 7) p) (print (f set-point-y! (make-point 1 2)))", "#<point 1 7>"],
    ["(print (equal? (make-point 1 2) (make-point 1 2)))", "nil"],
    ["(define p (make-point 1 2)) (print (equal? (list p) (list p)))", "#t"],
    ["(define-type empty) (print (make-empty)) (print (empty? (make-empty)))", "#<empty>\n#t"],
    ["(define-type other x y) (print (point? (make-other 1 2)))", "nil"],
    ["(point-x 5)", "[failed: 5 is no point: the field of a point was asked for]"],
    ["(set-point-x! '(1) 5)", "[failed: (1) is no point: the field of a point was asked for]"],
    ["(define (early) (make-point 0 0)) (print (early))", "#<point 0 0>"],
    ["(begin (define-type q a) (print (q-a (make-q 5))))", "5"],
  ])("%s prints %s", (source, output) => {
    expect(outputOf(`${POINT} ${source}`).trim()).toBe(output);
  });

  test("evaluates the fields in their order, before the object is there", () => {
    expect(outputOf(`${POINT} (print (make-point (print 1) (print 2)))`)).toBe("1\n2\n#<point 1 2>\n");
  });

  test("counts what fields refer to, and frees it with the record", () => {
    const source = `${POINT}
      (define kept (list 1))
      (define (use) (let ((p (make-point kept kept))) (point-x p)))
      (define p (make-point kept nil))
      (print (refcount kept))
      (set-point-y! p kept)
      (print (refcount kept))
      (set! p nil)
      (gc)
      (print (refcount kept))`;
    expect(outputOf(source)).toBe("2\n3\n1\n");
  });

  test("makes a machine type that says the names, places and marks of its fields", () => {
    const { machine } = runProgram("(define-type node value (next weak) (parent back) (up strong) prev)");
    const { memory } = machine;
    expect(typeName(memory, FIRST_PROGRAM_TYPE)).toBe("node");
    expect(pointerOffsets(memory, FIRST_PROGRAM_TYPE)).toEqual([0, 6]);
    expect(recordFields(memory, FIRST_PROGRAM_TYPE)?.map(({ name, isWeak }) => [name, isWeak])).toEqual([
      ["value", false],
      ["next", true],
      ["parent", true],
      ["up", false],
      ["prev", true],
    ]);
    expect(recordFields(memory, 13)).toBeNull();
  });

  test("takes type numbers behind those that every image has", () => {
    expect(Math.max(...BUILTIN_TYPES.map(({ number }) => number))).toBe(TABLE_TYPE - 1);
    expect(FIRST_PROGRAM_TYPE).toBe(TABLE_TYPE + LIBRARY_TYPES.length);
  });

  test("shows its fields by name in the debugger", () => {
    const { machine } = runProgram("(define-type node value (next weak)) (define n (make-node 1 '(2)))");
    const object = machine.memory.pointer(valueCell(findSymbol(machine.memory, "n") as number));
    const node = valueNode(viewOf(machine), "n", object, { expression: "n" });
    expect(node.type).toBe("node");
    const fields = node.named().slice(0, 2);
    expect(fields.map(({ name, value }) => [name, value.replace(/^{.*?} ?\S+ /, "")])).toEqual([
      ["value", "1"],
      ["next (weak)", "(2)"],
    ]);
    expect(fields.map(({ expression }) => expression)).toEqual(["(node-value n)", "(node-next n)"]);
  });
});

describe("weak fields", () => {
  const NODE = "(define-type node value (link weak))";

  test("can be set in the debugger, by the manager: nil when the new value goes", () => {
    const { machine } = runProgram(`${NODE} (define a (list 1)) (define b (list 2)) (define n (make-node 1 a))`);
    const { memory, manager } = machine;
    const pointerOf = (name: string) => memory.pointer(valueCell(findSymbol(memory, name) as number));
    const link = () => valueNode(viewOf(machine), "n", pointerOf("n"), { expression: "n" }).named()[1];
    store(machine, link()?.slot as Slot, pointerOf("b"));
    expect(link()?.value).toContain("(2)");
    const cell = valueCell(findSymbol(memory, "b") as number);
    manager.barrier(cell, memory.pointer(cell), 0, "add-first");
    memory.setPointer(cell, 0);
    manager.collect("request");
    expect(link()?.value).toBe("nil");
  });

  test("do not keep anything alive, and are nil when it is gone", () => {
    const source = `${NODE}
      (define n (make-node 1 (list 1 2)))
      (print (node-link n))
      (gc)
      (print (node-link n))`;
    expect(outputOf(source)).toBe("(1 2)\nnil\n");
    expect(outputOf(source, "none")).toBe("(1 2)\n(1 2)\n");
  });

  test("stay as they are while something else holds their object, and follow the last store", () => {
    const source = `${NODE}
      (define kept (list 1))
      (define n (make-node 1 kept))
      (set-node-link! n (list 2))
      (set-node-link! n kept)
      (print (refcount kept))
      (gc)
      (print (node-link n))
      (set-node-link! n 5)
      (set! kept nil)
      (gc)
      (print (node-link n))`;
    expect(outputOf(source)).toBe("1\n(1)\n5\n");
  });

  test("of a record that is gone are forgotten: what lies there now is left alone", () => {
    const source = `${NODE}
      (define kept (list 1))
      (define (waste) (make-node 1 kept) nil)
      (waste)
      (gc)
      (define other (make-node 2 nil))
      (define-type pair a b)
      (set! kept nil)
      (gc)
      (print other)
      (define x (make-node 3 other))
      (set! other nil)
      (gc)
      (print x)`;
    expect(outputOf(source)).toBe("#<node 2 nil>\n#<node 3 nil>\n");
  });

  test("make a ring of owners that counting can free", () => {
    const ring = (mark: string) => `
      (define-type child ${mark})
      (define-type holder child)
      (define (ring) (let ((h (make-holder nil))) (set-holder-child! h (make-child h)) nil))
      (for (i 0 10) (ring))
      (print (gc))`;
    expect(outputOf(ring("parent"))).toBe("20\n");
    expect(outputOf(ring("(parent back)"))).toBe("20\n");
    expect(outputOf(ring("(parent strong)"))).toBe("0\n");
  });
});

test.each(MANAGERS.map(({ traits }) => traits.name))("records print the same under %s", (manager) => {
  const source = `${POINT} (define-type tree left right (parent back))
    (define (leaf) (make-tree nil nil nil))
    (define (grow n) (if (= n 0) (leaf)
      (let ((t (make-tree (grow (- n 1)) (grow (- n 1)) nil)))
        (set-tree-parent! (tree-left t) t) (set-tree-parent! (tree-right t) t) t)))
    (define (size t) (if (null? t) 0 (+ 1 (size (tree-left t)) (size (tree-right t)))))
    (define t (grow 5))
    (for (i 0 50) (grow 2))
    (print (size t))
    (print (eq? (tree-parent (tree-left t)) t))
    (print (fold + 0 (map point-x (list (make-point 1 2) (make-point 3 4)))))`;
  expect(outputOf(source, manager)).toBe("63\n#t\n4\n");
});
