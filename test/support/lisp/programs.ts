/** Programs that tests cut, edit and break. They use every kind of form, comment and literal. */

/** Lists, closures, loops, quotation: the style of Scheme. */
const LISTS = `; Lists of three, and what can be done to them.
(define stock '(1 "two" #\\3 4.5 (nested . pair)))

#| Not a definition:
   (define (never) 0) |#
(define (list3 a b c) (cons a (cons b (cons c nil))))
(define (triple n) (let ((l (list3 n (+ n 1) (+ n 2)))) l))
(define (adder k) (lambda (x . more) (+ x (car k))))

;; Sums a list.
(define (sum items)
  (let loop ((rest items) (total 0))
    (cond ((null? rest) total)
          (else (loop (cdr rest) (+ total (car rest)))))))

(define (ring-sum)
  (let* ((a (cons 1 nil)) (b (cons 2 a)))
    (define (twice x) (* 2 x))
    (set-cdr! a b)
    #;(display "never")
    (case (car a) ((1 2) (twice (car b))) (else #f))))
(define table #(1 2 3))
(display \`(sum ,(sum (triple 5)) ,@(list3 1 2 3)))
(newline)
(print ((adder (list3 1 2 3)) 4))
`;

/** Flat memory, assignment, loops: the style of system L. */
const ALLOCATOR = `;; A bump allocator in the flat memory.
(define heap-start 20000)
(define heap-end 40000)
(define bump 20000)
(define count 0)

(define (round-up n) (* 8 (/ (+ n 7) 8)))

(define (take size)
  (let ((needed (+ 2 (round-up size))) (block bump))
    (if (> (+ bump needed) heap-end)
        (do (print 8888) 0)
        (do
          (poke block needed)      ; header
          (poke (+ block 1) 0)
          (set bump (+ bump needed))
          (set count (+ count 1))
          (+ block 2)))))

(for (i 1 5)
  (print (take (* i 10))))
(define i 0)
(while (< i 3)
  (set! i (+ i 1))
  (if (= i 2) (break) nil))
(print "caf\\u00e9 \\"quoted\\"")
`;

export const PROGRAMS: readonly string[] = [LISTS, ALLOCATOR];
