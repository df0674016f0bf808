import { describe, expect, test } from "vitest";
import type { Debuggee } from "../../../../core/debuggee/debuggee.ts";
import { MANAGERS } from "../../../../core/managers/catalog.ts";
import { debuggeeFor, runMotion } from "../../../support/lisp/debuggee.ts";

const TEXT = `(define kept nil)
(define (pair x) (cons x x))
(define (many n)
  (if (> n 0)
      (begin
        (set! kept (list n n n))
        (pair n)
        (many (- n 1)))
      nil))
(many 10)
(gc)
`;

function measured(text: string, settings: Parameters<typeof debuggeeFor>[1] = {}): Debuggee {
  const { debuggee } = debuggeeFor(text, settings);
  debuggee.measure();
  expect(runMotion(debuggee.continue()).kind).toBe("finished");
  return debuggee;
}
function sitesOf(debuggee: Debuggee, text: string): Record<string, object> {
  const results = debuggee.measurements();
  return Object.fromEntries((results?.sites ?? []).map((site) => [text.slice(site.start, site.end), site]));
}

describe("a measured run", () => {
  test("counts objects and bytes at the forms that allocate; what the library allocates, at the call of it", () => {
    const sites = sitesOf(measured(TEXT), TEXT);
    expect(sites["(cons x x)"]).toMatchObject({ objects: 10 });
    expect(sites["(list n n n)"]).toMatchObject({ objects: 30 });
    expect(Object.keys(sites)).toEqual(["(cons x x)", "(list n n n)"]);
    const reversed = "(define l (list 1 2 3))\n(print (reverse l))\n";
    expect(sitesOf(measured(reversed), reversed)["(reverse l)"]).toMatchObject({ objects: 3 });
  });

  test("counts the calls of functions and the steps of the program", () => {
    const results = measured(TEXT).measurements();
    expect(results?.functions.map(({ name, calls }) => [name, calls])).toContainEqual(["pair", 10]);
    expect(results?.functions.map(({ name, calls }) => [name, calls])).toContainEqual(["many", 11]);
    expect(results?.steps).toBeGreaterThan(50);
    expect(results?.manager).toBe("refcount");
  });

  test("tells how long objects lived, in program steps, and what was left", () => {
    const text = "(define (f) (cons 1 2))\n(f)\n(gc)\n(print 1)\n(define k (cons 3 4))\n";
    const sites = sitesOf(measured(text), text);
    expect(sites["(cons 1 2)"]).toMatchObject({ objects: 1, deaths: 1 });
    const { meanLifetime, maxLifetime } = sites["(cons 1 2)"] as { meanLifetime: number; maxLifetime: number };
    expect(meanLifetime).toBe(maxLifetime);
    expect(meanLifetime).toBeGreaterThan(0);
    expect(sites["(cons 3 4)"]).toMatchObject({ objects: 1, deaths: 0, meanLifetime: null, maxLifetime: null });
  });

  test.each(MANAGERS.map(({ traits }) => traits.name))("counts the same objects under %s", (manager) => {
    const sites = sitesOf(measured(TEXT, { manager }), TEXT);
    expect(sites["(cons x x)"]).toMatchObject({ objects: 10 });
    expect(sites["(list n n n)"]).toMatchObject({ objects: 30 });
  });

  test("stops where the user wants it to, and goes on counting", () => {
    const { debuggee } = debuggeeFor(TEXT);
    debuggee.measure();
    const place = debuggee.placesOnLine(6)[0];
    debuggee.setBreakpoints([place?.pc ?? 0]);
    for (let i = 0; i < 10; i++) expect(runMotion(debuggee.continue()).kind).toBe("breakpoint");
    expect(runMotion(debuggee.step("over", "form")).kind).toBe("step");
    expect(runMotion(debuggee.continue()).kind).toBe("finished");
    expect(sitesOf(debuggee, TEXT)["(cons x x)"]).toMatchObject({ objects: 10 });
  });

  test("is the exception: a run that nobody asked to measure has no results", () => {
    const { debuggee } = debuggeeFor(TEXT);
    runMotion(debuggee.continue());
    expect(debuggee.measurements()).toBeNull();
  });
});
