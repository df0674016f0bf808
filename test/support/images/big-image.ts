/**
 * Images of a wanted size, for benchmarks: a Conspect Lisp program fills its heap with a graph of lists, vectors, strings, numbers, functions and
 * symbols, and the machine is written as a file. Pages of the file are read from the machine's memory, so that it is there once.
 */

import { IFPAGE_BASE, SEGMENT_WORDS, STACK_BASE } from "../../../core/memory/layout.ts";
import type { ImageFile } from "../../../core/memory/sysout/image-file.ts";
import { writeSysout } from "../../../core/memory/sysout/write-sysout.ts";
import type { VirtualMemory } from "../../../core/memory/virtual-memory.ts";
import { saveMachine } from "../../../core/vm/image/save-machine.ts";
import { lispMachine } from "../lisp/lisp-machine.ts";

/**
 * Items hang on a list. Each has a list of numbers (small, boxed, floating), a vector that refers to earlier items, a string, sometimes a function.
 * Every seventh item is dropped again, so that there is garbage and there are free lists.
 */
const PROGRAM = `
(define kept nil)
(define recent nil)
(define names (make-vector 500 nil))
(define (name-of i) (vector-ref names (% i 500)))
(define (numbers i)
  (list i (+ i 100000) (/ (* 1.0 i) 3.0) (% i 10) (name-of i) (+ i 1) (+ i 2)))
(define (links i)
  (let ((v (make-vector (+ 3 (% i 14)) 0)))
    (vector-set! v 0 recent)
    (vector-set! v 1 i)
    (vector-set! v 2 (name-of (* 7 i)))
    v))
(define (item i)
  (let ((x (list (numbers i) (links i) (string-append "item number " (number->string i)))))
    (if (= (% i 5) 0) (cons (lambda (y) (cons x y)) x) x)))
(define (fill from to)
  (for (i from to)
    (let ((x (item i)))
      (set! recent x)
      (unless (= (% i 7) 0) (set! kept (cons x kept))))))
(for (i 0 500) (vector-set! names i (string->symbol (string-append "NAME-" (number->string i)))))
(fill 0 COUNT)
(set! recent nil)
(gc)
`;

/** Measured: bytes of the file without items, and for each item; more once the integers in it no longer fit in a pointer. */
const BASE_BYTES = 3_540_000;
const FIRST_ITEM_BYTES = 171;
const ITEM_BYTES = 218;
const FIRST_ITEMS = 65_536;

function itemsFor(bytes: number): number {
  const first = (bytes - BASE_BYTES) / FIRST_ITEM_BYTES;
  if (first <= FIRST_ITEMS) return Math.round(first);
  return Math.round(FIRST_ITEMS + (bytes - BASE_BYTES - FIRST_ITEMS * FIRST_ITEM_BYTES) / ITEM_BYTES);
}

/** @param megabytes size of the file, within a tenth: 5 … 240; the last needs an address space of 256 MB */
export function bigMemory(megabytes: number): VirtualMemory {
  const items = itemsFor(megabytes * 0x100000);
  const heapMB = Math.min(250, megabytes + 8);
  const { machine } = lispMachine(PROGRAM.replace("COUNT", String(items)), { heapMB });
  const reason = machine.run(Number.MAX_SAFE_INTEGER);
  if (reason.kind !== "finished")
    throw new Error(`the program that fills the image ended with ${JSON.stringify(reason)}`);
  // As saved: the frame that it resumes with stays.
  const { bytes } = machine.memory;
  const parts = [STACK_BASE, IFPAGE_BASE].map((start) => bytes.subarray(2 * start, 2 * (start + SEGMENT_WORDS)));
  const saved = saveMachine(machine, () => parts.map((part) => part.slice()));
  for (const [i, part] of parts.entries()) part.set(saved[i] as Uint8Array);
  return machine.memory;
}

/** The file that a memory would be saved as. */
export function memoryFile(name: string, memory: VirtualMemory): ImageFile {
  const pieces: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  let sizeBytes = 0;
  for (const bytes of writeSysout(memory)) {
    pieces.push({ start: sizeBytes, bytes });
    sizeBytes += bytes.length;
  }
  const read = (offsetBytes: number, into: Uint8Array): number => {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.start ?? 0) <= offsetBytes) low = middle;
      else high = middle - 1;
    }
    let done = 0;
    for (let i = low; i < pieces.length && done < into.length; i++) {
      const { start, bytes } = pieces[i] as (typeof pieces)[number];
      const from = offsetBytes + done - start;
      const piece = bytes.subarray(from, from + into.length - done);
      into.set(piece, done);
      done += piece.length;
    }
    return done;
  };
  return { name, sizeBytes, read };
}

/** An image of about that many megabytes. */
export function bigImage(megabytes: number): ImageFile {
  return memoryFile(`${megabytes}mb.sysout`, bigMemory(megabytes));
}
