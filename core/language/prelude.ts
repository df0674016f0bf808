/** The library of Conspect Lisp, in Conspect Lisp. A program takes in what it uses, see `compiler/library.ts`. */
import { LISP_ERRORS } from "../isa/subrs.ts";

const TOO_DEEP = LISP_ERRORS.findIndex(({ name }) => name === "too-deep");

/**
 * A definition `value:NAME` is what NAME is as a value (`(map car list)`); calls of it are compiled otherwise. Inside, NAME is what is
 * built in. Loops only, no recursion: lists may be longer than the stack is deep, and a program may have a function of the same name.
 */
export const PRELUDE = `
; Numbers

(define (modulo a b)
  (let ((r (% a b)))
    (if (or (= r 0) (eq? (< r 0) (< b 0))) r (+ r b))))

(define (abs x) (if (< x 0) (- x) x))
(define (%min a b) (if (< b a) b a))
(define (%max a b) (if (> b a) b a))

(define (%step step)
  (if (= step 0) (error "the step of a for loop must not be 0") step))

; The first step makes the number positive; from then on both shifts are the same.
(define (bit-shr a n)
  (if (or (>= a 0) (= n 0))
      (bit-ashr a n)
      (bit-ashr (bit-and (bit-ashr a 1) 2147483647) (- n 1))))

; Types

(define (boolean? x) (or (eq? x #t) (null? x)))
(define (string? x) (and (%array? x) (eq? (%string-bit x) 1)))
(define (vector? x) (and (%array? x) (eq? (%string-bit x) 0)))

; One walks twice as fast: on a circular list it meets the other.
(define (list? x)
  (let loop ((slow x) (fast x))
    (if (pair? fast)
        (let ((second (cdr fast)))
          (if (pair? second)
              (let ((next (cdr second)) (behind (cdr slow)))
                (if (eq? next behind) (null? next) (loop behind next)))
              (null? second)))
        (null? fast))))

; Lists

(define (reverse list)
  (let loop ((rest list) (result nil))
    (if (null? rest) result (loop (cdr rest) (cons (car rest) result)))))

; As list?, but counting.
(define (length list)
  (let loop ((rest list) (slow list) (count 0))
    (cond ((null? rest) count)
          ((and (> count 0) (eq? rest slow)) (%signal ${TOO_DEEP} list))
          ((null? (cdr rest)) (+ count 1))
          (else (loop (cdr (cdr rest)) (cdr slow) (+ count 2))))))

(define (list-tail list count)
  (if (<= count 0) list (list-tail (cdr list) (- count 1))))

(define (list-ref list index) (car (list-tail list index)))

(define (%append a b)
  (if (null? a)
      b
      (let ((head (cons (car a) nil)))
        (let loop ((last head) (rest (cdr a)))
          (if (null? rest)
              (begin (set-cdr! last b) head)
              (let ((cell (cons (car rest) nil)))
                (set-cdr! last cell)
                (loop cell (cdr rest))))))))

(define (%map function list)
  (if (null? list)
      nil
      (let ((head (cons (function (car list)) nil)))
        (let loop ((last head) (rest (cdr list)))
          (if (null? rest)
              head
              (let ((cell (cons (function (car rest)) nil)))
                (set-cdr! last cell)
                (loop cell (cdr rest))))))))

(define (%map2 function first second)
  (let loop ((a first) (b second) (result nil))
    (if (or (null? a) (null? b))
        (reverse result)
        (loop (cdr a) (cdr b) (cons (function (car a) (car b)) result)))))

(define (%for-each function list)
  (let loop ((rest list))
    (unless (null? rest)
      (function (car rest))
      (loop (cdr rest)))))

(define (%for-each2 function first second)
  (let loop ((a first) (b second))
    (unless (or (null? a) (null? b))
      (function (car a) (car b))
      (loop (cdr a) (cdr b)))))

(define (filter function list)
  (let loop ((rest list) (result nil))
    (cond ((null? rest) (reverse result))
          ((function (car rest)) (loop (cdr rest) (cons (car rest) result)))
          (else (loop (cdr rest) result)))))

(define (fold function start list)
  (let loop ((rest list) (result start))
    (if (null? rest) result (loop (cdr rest) (function (car rest) result)))))

(define (fold-right function start list) (fold function start (reverse list)))

(define (reduce function start list)
  (if (null? list) start (fold function (car list) (cdr list))))

(define (assoc key list)
  (let loop ((rest list))
    (cond ((null? rest) nil)
          ((equal? key (car (car rest))) (car rest))
          (else (loop (cdr rest))))))

(define (member x list)
  (let loop ((rest list))
    (cond ((null? rest) nil)
          ((equal? x (car rest)) rest)
          (else (loop (cdr rest))))))

(define (delete x list)
  (let loop ((rest list) (result nil))
    (cond ((null? rest) (reverse result))
          ((equal? x (car rest)) (loop (cdr rest) result))
          (else (loop (cdr rest) (cons (car rest) result))))))

(define (%spread list)
  (let ((backwards (reverse list)))
    (let loop ((result (car backwards)) (rest (cdr backwards)))
      (if (null? rest) result (loop (cons (car rest) result) (cdr rest))))))

; Tables: a vector of lists of pairs (key . value), as many buckets as keys at most before it grows

(define (make-table) (%new-table 0 (make-vector 8)))

(define (%bucket table key) (% (%hash key) (vector-length (%table-buckets table))))

(define (%table-entry table key)
  (if (table? table)
      (assoc key (vector-ref (%table-buckets table) (%bucket table key)))
      (%wrong-type table)))

(define (%table-ref table key default)
  (let ((entry (%table-entry table key)))
    (if (null? entry) default (cdr entry))))

(define (table-set! table key x)
  (let ((entry (%table-entry table key)))
    (if (null? entry)
        (let ((count (%table-count table)))
          (if (>= count (vector-length (%table-buckets table))) (%table-grow table))
          (let ((buckets (%table-buckets table)) (bucket (%bucket table key)))
            (vector-set! buckets bucket (cons (cons key x) (vector-ref buckets bucket)))
            (%set-table-count! table (+ count 1))))
        (set-cdr! entry x))
    x))

; A vector has at most 65533 items.
(define (%table-grow table)
  (let* ((old (%table-buckets table)) (size (vector-length old)))
    (when (< size 32768)
      (let ((new (make-vector (* 2 size))))
        (%set-table-buckets! table new)
        (for (i 0 size)
          (let loop ((rest (vector-ref old i)))
            (unless (null? rest)
              (let ((bucket (%bucket table (car (car rest)))))
                (vector-set! new bucket (cons (car rest) (vector-ref new bucket)))
                (loop (cdr rest))))))))))

(define (%without pair list)
  (let loop ((rest list) (result nil))
    (cond ((null? rest) result)
          ((eq? (car rest) pair) (loop (cdr rest) result))
          (else (loop (cdr rest) (cons (car rest) result))))))

(define (table-delete! table key)
  (let ((entry (%table-entry table key)))
    (unless (null? entry)
      (let ((buckets (%table-buckets table)) (bucket (%bucket table key)))
        (vector-set! buckets bucket (%without entry (vector-ref buckets bucket)))
        (%set-table-count! table (- (%table-count table) 1))
        #t))))

(define (table-count table) (if (table? table) (%table-count table) (%wrong-type table)))

(define (table->list table)
  (if (table? table)
      (let ((buckets (%table-buckets table)) (result nil))
        (for (i 0 (vector-length buckets))
          (let loop ((rest (vector-ref buckets i)))
            (unless (null? rest)
              (set! result (cons (cons (car (car rest)) (cdr (car rest))) result))
              (loop (cdr rest)))))
        (reverse result))
      (%wrong-type table)))

(define (table-keys table) (map car (table->list table)))
(define (table-values table) (map cdr (table->list table)))

(define (table-for-each function table)
  (let loop ((rest (table->list table)))
    (unless (null? rest)
      (function (car (car rest)) (cdr (car rest)))
      (loop (cdr rest)))))

(define (value:table-ref table key . default) (%table-ref table key (car default)))

; Several results

(define (%values-list x) (if (%values? x) (%values-items x) (list x)))
(define (value:values . items)
  (if (or (null? items) (pair? (cdr items))) (%new-values items) (car items)))
(define (call-with-values producer consumer) (apply consumer (%values-list (producer))))
(define (%received x count more)
  (let* ((items (%values-list x)) (given (length items)))
    (if (if more (>= given count) (= given count))
        items
        (error "wrong number of results: expected, and given:" count given))))

; Vectors, strings, characters

(define (vector-fill! vector x)
  (for (i 0 (vector-length vector)) (vector-set! vector i x))
  vector)

(define (vector->list vector)
  (let loop ((i (- (vector-length vector) 1)) (result nil))
    (if (< i 0) result (loop (- i 1) (cons (vector-ref vector i) result)))))

(define (list->vector list)
  (let ((vector (make-vector (length list))))
    (let loop ((i 0) (rest list))
      (if (null? rest)
          vector
          (begin (vector-set! vector i (car rest)) (loop (+ i 1) (cdr rest)))))))

(define (string->list string)
  (let loop ((i (- (string-length string) 1)) (result nil))
    (if (< i 0) result (loop (- i 1) (cons (string-ref string i) result)))))

(define (%substring string from) (substring string from (string-length string)))

(define (char->integer character)
  (if (char? character) (%code character) (%wrong-type character)))

(define (integer->char integer)
  (if (and (integer? integer) (<= 0 integer 65535)) (%character integer) (%wrong-type integer)))

(define (char<? a b) (< (char->integer a) (char->integer b)))

; Values of what takes any number of arguments

(define (value:+ . numbers)
  (let loop ((result 0) (rest numbers))
    (if (null? rest) result (loop (+ result (car rest)) (cdr rest)))))

(define (value:* . numbers)
  (let loop ((result 1) (rest numbers))
    (if (null? rest) result (loop (* result (car rest)) (cdr rest)))))

(define (value:- first . numbers)
  (if (null? numbers)
      (- first)
      (let loop ((result first) (rest numbers))
        (if (null? rest) result (loop (- result (car rest)) (cdr rest))))))

(define (value:/ first . numbers)
  (if (null? numbers)
      (/ first)
      (let loop ((result first) (rest numbers))
        (if (null? rest) result (loop (/ result (car rest)) (cdr rest))))))

(define (value:min first . numbers)
  (let loop ((result first) (rest numbers))
    (if (null? rest) result (loop (min result (car rest)) (cdr rest)))))

(define (value:max first . numbers)
  (let loop ((result first) (rest numbers))
    (if (null? rest) result (loop (max result (car rest)) (cdr rest)))))

(define (value:= first . numbers)
  (let loop ((a first) (rest numbers))
    (cond ((null? rest) #t) ((= a (car rest)) (loop (car rest) (cdr rest))) (else nil))))

(define (value:< first . numbers)
  (let loop ((a first) (rest numbers))
    (cond ((null? rest) #t) ((< a (car rest)) (loop (car rest) (cdr rest))) (else nil))))

(define (value:> first . numbers)
  (let loop ((a first) (rest numbers))
    (cond ((null? rest) #t) ((> a (car rest)) (loop (car rest) (cdr rest))) (else nil))))

(define (value:<= first . numbers)
  (let loop ((a first) (rest numbers))
    (cond ((null? rest) #t) ((<= a (car rest)) (loop (car rest) (cdr rest))) (else nil))))

(define (value:>= first . numbers)
  (let loop ((a first) (rest numbers))
    (cond ((null? rest) #t) ((>= a (car rest)) (loop (car rest) (cdr rest))) (else nil))))

(define (value:list . items) items)
(define (value:append . lists)
  (let ((backwards (reverse lists)))
    (let loop ((result (car backwards)) (rest (cdr backwards)))
      (if (null? rest) result (loop (append (car rest) result) (cdr rest))))))
(define (value:map function first . more)
  (if (null? more) (map function first) (map function first (car more))))
(define (value:for-each function first . more)
  (if (null? more) (for-each function first) (for-each function first (car more))))
(define (value:apply function first . more)
  (apply function (if (null? more) first (cons first (%spread more)))))
(define (value:vector . items) (list->vector items))
(define (value:make-vector length . fill) (make-vector length (car fill)))
(define (value:make-string length . fill)
  (make-string length (if (null? fill) #\\space (car fill))))
(define (value:string-append . strings)
  (let loop ((result "") (rest strings))
    (if (null? rest) result (loop (string-append result (car rest)) (cdr rest)))))
(define (value:substring string from . to)
  (substring string from (if (null? to) (string-length string) (car to))))
(define (value:error message . values) (error message values))
(define (value:exit . status) (exit (if (null? status) 0 (car status))))
`;
