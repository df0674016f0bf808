/** How long the editor's questions about a long text take. */
import { analyse, lifetimeFacts, lifetimeTrace } from "#core";
import { type BenchRow, secondsOf } from "./row.ts";

const ROUNDS = 15;
const COPIES = 40;
const MILLISECONDS = 1000;
/** Lists that are made, shared, walked, changed and returned: 25 lines a copy. */
const CODE = `(define (numbers-N n)
  (let loop ((i n) (result nil))
    (if (= i 0) result (loop (- i 1) (cons i result)))))
(define (sum-N list)
  (let loop ((rest list) (sum 0))
    (if (null? rest) sum (loop (cdr rest) (+ sum (car rest))))))
(define (twice-N list)
  (let ((first (car list)))
    (cons first (cons (cons first nil) (cdr list)))))
(define (pick-N flag n)
  (let ((a (numbers-N n)) (b (numbers-N (+ n 1))))
    (if flag
        (car a)
        (let ((both (cons a b)))
          (sum-N (cdr both))))))
(define (ring-N)
  (let ((a (cons 1 nil)) (b (cons 2 nil)))
    (set-cdr! a b)
    (set-cdr! b a)
    (car (cdr a))))
(define (adder-N k) (lambda (x) (+ x (car k))))
(define kept-N (twice-N (numbers-N 4)))
(define add-N (adder-N (cons 1 kept-N)))
(display (add-N (pick-N nil (ring-N))))
(display (map (lambda (x) (* x x)) (numbers-N 3)))
`;

export function rows(): readonly BenchRow[] {
  const text = Array.from({ length: COPIES }, (_, i) => CODE.replaceAll("-N", `-${i}`)).join("");
  const analysis = analyse(text);
  const lines = text.split("\n").length - 1;
  const row = (name: string, target: number | null, question: () => unknown): BenchRow => {
    question();
    const times = Array.from({ length: ROUNDS }, () => secondsOf(question) * MILLISECONDS).sort((a, b) => a - b);
    const [value, best] = [times[ROUNDS >> 1] as number, times[0] as number];
    return { name: `${lines} lines: ${name}`, value, best, unit: "ms", target, isLowerBetter: true };
  };
  return [
    row("read and resolve", null, () => analyse(text)),
    row("explain lifetimes", 50, () => lifetimeTrace(lifetimeFacts(analysis))),
  ];
}
