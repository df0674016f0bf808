import { expect, test } from "vitest";
import type { CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall } from "vscode-languageserver";
import { OpenProgram } from "../../../support/lisp/language-service.ts";

const TEXT = `(define (leaf‸ x) x)
(define (twice x) (leaf x) (leaf x))
(define (outer x)
  (define (inner) (twice x))
  (map leaf (list (inner))))
(leaf 1)
`;

function ask<Result>(program: OpenProgram, item: CallHierarchyItem | undefined, direction: string): Result {
  const params: object = { item };
  return program.service.answer(`callHierarchy/${direction}Calls`, params) as Result;
}

test("call hierarchy tells who calls a function, and from where", () => {
  const program = new OpenProgram(TEXT);
  const [item] = program.ask<CallHierarchyItem[]>("prepareCallHierarchy");
  expect(item).toMatchObject({ name: "leaf", detail: "(leaf x)" });
  const calls = ask<CallHierarchyIncomingCall[]>(program, item, "incoming");
  expect(calls.map(({ from, fromRanges }) => [from.name, fromRanges.length])).toEqual([
    ["twice", 2],
    ["top level", 1],
  ]);
  expect(program.marked(calls.flatMap(({ fromRanges }) => fromRanges))).toContain("(«leaf» x) («leaf» x))");
});

test("and whom it calls: functions of the file, the innermost around the call", () => {
  const program = new OpenProgram(TEXT.replace("‸", "").replace("inner", "inn‸er"));
  const [inner] = program.ask<CallHierarchyItem[]>("prepareCallHierarchy");
  expect(ask<CallHierarchyOutgoingCall[]>(program, inner, "outgoing").map(({ to }) => to.name)).toEqual(["twice"]);
  const [outer] = ask<CallHierarchyIncomingCall[]>(program, inner, "incoming").map(({ from }) => from);
  expect(ask<CallHierarchyOutgoingCall[]>(program, outer, "outgoing").map(({ to }) => to.name)).toEqual(["inner"]);
  const [twice] = ask<CallHierarchyOutgoingCall[]>(program, inner, "outgoing").map(({ to }) => to);
  const callers = ask<CallHierarchyIncomingCall[]>(program, twice, "incoming").map(({ from }) => from.name);
  expect(callers).toEqual(["inner"]);
});

test("the top level calls too, and a variable has no calls", () => {
  const program = new OpenProgram(TEXT);
  const [leaf] = program.ask<CallHierarchyItem[]>("prepareCallHierarchy");
  const top = ask<CallHierarchyIncomingCall[]>(program, leaf, "incoming").at(-1)?.from;
  expect(ask<CallHierarchyOutgoingCall[]>(program, top, "outgoing").map(({ to }) => to.name)).toEqual(["leaf"]);
  expect(new OpenProgram("(define n‸ 1)").ask("prepareCallHierarchy")).toBeNull();
  expect(new OpenProgram("(car‸ 1)").ask("prepareCallHierarchy")).toBeNull();
});
