/**
 * Unit types. They cost nothing at run time and keep word addresses, byte offsets and cell contents apart in signatures.
 *
 * word = 16 bits, cell = 32 bits = 2 words, page = 256 words. An address counts words unless its name says `Byte`.
 * Source: memory specification, section 2.
 */
declare const unit: unique symbol;

/** Address of a word in the image, 0 … 0x7FFFFFF. Cells live at even word addresses. A pointer to an object is one. */
export type WordAddress = number & { readonly [unit]?: "word" | "pointer" };
/** Address of a byte in the image: twice a word address, plus 0 or 1. Image (big-endian) order. */
export type ByteAddress = number & { readonly [unit]?: "byte" };
/** 28-bit address of an object, or an immediate (symbol, small integer, character). Never carries tag bits. */
export type Pointer = number & { readonly [unit]?: "pointer" };
/** Raw unsigned 32-bit content of a cell: a pointer in the low 28 bits and whatever the top four bits mean there. A pointer is one. */
export type Cell = number & { readonly [unit]?: "cell" | "pointer" };
/** Type number, 0 … 2047 (11 bits of a type table entry). */
export type TypeNumber = number & { readonly [unit]?: "type" };
/** Number of a 256-word page of the image: word address >> 8. */
export type VirtualPage = number & { readonly [unit]?: "virtual page" };
/** Number of a 512-byte page of a sysout file, counted from 1. */
export type FilePage = number & { readonly [unit]?: "file page" };
/** Offset in words from the start of the stack segment (0x10000), 16 bits. */
export type StackOffset = number & { readonly [unit]?: "stack offset" };
/** Sizes. */
export type Words = number & { readonly [unit]?: "words" };
export type Cells = number & { readonly [unit]?: "cells" };
