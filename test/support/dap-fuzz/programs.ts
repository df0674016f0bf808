/** What random sessions debug: small programs, compiled files and images, with and without faults. */
import { MANAGERS } from "../../../core/managers/catalog.ts";
import type { Dice } from "./dice.ts";

/** By path. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  "/w/garbage.cons": `(define kept (make-vector 3))
(define (numbers n)
  (let loop ((i n) (result nil))
    (if (= i 0) result (loop (- i 1) (cons i result)))))
(define (work rounds)
  (for (round 0 rounds)
    (let ((scratch (numbers 4)))
      (vector-set! kept (% round 3) scratch)))
  (vector-ref kept 1))
(print (work 40))
(gc)
(print kept)
`,
  "/w/fault.cons": `(define (fail x) (car (+ x 1)))
(define text (string-append "a" "b"))
(print text)
(define pi 3.25)
(print (fail 7))
`,
  "/w/endless.cons": `(define box (cons 0 nil))
(define (tick) (set-car! box (+ (car box) 1)))
(while t (tick) (list 1 2 3))
`,
  "/w/deep.cons": `(define (down n) (if (= n 0) 0 (+ 1 (down (- n 1)))))
(print (down 60))
(define (without-end n) (+ 1 (without-end n)))
(print (without-end 1))
`,
  "/w/closures.cons": `(define (make-counter)
  (let ((count 0)) (lambda () (set! count (+ count 1)) count)))
(define tick (make-counter))
(define self (list 1 2))
(set-cdr! (cdr self) self)
(set! self nil)
(print (list (tick) (tick) 'sym "text" 1.5 (vector 1 (list 2) "x")))
(with-arena (length (list 1 2 3)))
(with-region r (length (list 4 5)))
`,
  "/w/empty.cons": "",
  "/w/broken.cons": "(define (f x\n",
};
const IMAGES = ["/w/mini.sysout", "/w/garbage.sysout", "/w/cut.sysout"];
const COMPILED = "/w/lists.lcom";
/** A recording that is there; those that a session saves come besides. */
export const RECORDING = "/w/run.consrec";
const FILTER_LISTS = [true, ["gc.trigger"], ["gc.scan", "gc.reclaim"], ["object.free"], ["memory.error"], ["gc.never"]];

/** A launch configuration; a few are wrong. */
export function launchArguments(dice: Dice): object {
  const kind = dice.roll();
  if (kind < 0.12) return { image: dice.pick(IMAGES), ...dice.optional({ mode: "inspect" }) };
  if (kind < 0.2)
    return { image: dice.pick(IMAGES), mode: "run", ...common(dice), ...dice.optional({ megabytes: 16 }) };
  if (kind < 0.25)
    return { program: COMPILED, function: dice.pick(["SUM", "NONE"]), args: ["(1 2 3)"], ...common(dice) };
  if (kind < 0.3) return { recording: RECORDING, ...dice.optional({ stopOnEntry: true, stopAtEnd: dice.chance(0.5) }) };
  if (kind < 0.34)
    return dice.pick<object>([{}, { program: 5 }, { program: "/w/missing.cons" }, { program: "" }, { image: "/w/x" }]);
  return {
    program: dice.pick(Object.keys(PROGRAMS)),
    manager: dice.chance(0.95) ? dice.pick(MANAGERS).traits.name : "unknown",
    ...common(dice),
    ...dice.optional({ stopAtStep: dice.within(0, 60), gcStress: dice.pick([0, 1, 7, 50]) }),
  };
}

function common(dice: Dice): object {
  return {
    heapMB: dice.pick([0.25, 0.5, 1]),
    stopOnEntry: dice.chance(0.6),
    ...dice.optional({
      record: dice.chance(0.8),
      stopAtEnd: dice.chance(0.5),
      stepBy: dice.pick(["form", "line"]),
      stopOnGC: dice.pick(FILTER_LISTS),
    }),
    ...(dice.chance(0.1) ? { measure: true } : {}),
    ...(dice.chance(0.1) ? { noDebug: true } : {}),
    ...(dice.chance(0.1) ? { listen: 0 } : {}),
    ...(dice.chance(0.1) ? { verify: dice.pick<unknown>(["collections", 50, false, -1]) } : {}),
  };
}
