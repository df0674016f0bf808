import { describe, expect, test } from "vitest";
import { runProgram } from "../../../support/lisp/run-program.ts";

const USES = ["(string-length s)", "(string-append s s)", "(substring s 0 1)", "(string=? s s)", "(print s)"];

describe.each(["asap", "malloc", "arena"])("under %s a host call that reads a freed string", (manager) => {
  test.each(USES)("stops: %s", (use) => {
    const { stop } = runProgram(`(define s (string-append "a" "b"))\n(free s)\n${use}`, manager);
    expect(stop).toMatchObject({ kind: "failed", event: { kind: "memory.error" } });
    expect(stop).toMatchObject({ message: expect.stringMatching(/freed|released/) });
  });
});
