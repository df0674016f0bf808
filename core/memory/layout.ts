/**
 * The map of the Interlisp image (release 351): where each table and space starts, page sizes, well-known cells and immediates.
 * Every other layout number (fields of records) stands in the file of its object. Sizes and addresses are words unless named otherwise.
 * Source: memory specification, sections 2 and 4; golden layout.json checks each number.
 */

/** 28 bits of a cell are an address; the top four carry tags. */
export const POINTER_MASK = 0x0fffffff;
/** Segment of a pointer ("HILOC"): bits 27..16. */
export const SEGMENT_MASK = 0x0fff0000;
export const PAGE_WORDS = 256;
export const PAGE_CELLS = 128;
export const PAGE_BYTES = 512;
/** A unit of typed storage: two pages that hold objects of one type. */
export const MDS_UNIT_WORDS = 512;
export const SEGMENT_WORDS = 0x10000;
/** First word address that no image reaches: 256 MB. */
export const ADDRESS_LIMIT_WORDS = 0x8000000;

// Immediates: pointers that are values themselves. Their ranges overlap tables: they must never be dereferenced.
export const NIL = 0;
/** Value of an unbound global variable. */
export const NOBIND = 1;
export const T = 0x4c;
export const CHARACTER_BASE = 0x70000;
/** Small integers 0 … 65535. */
export const SMALL_POSITIVE = 0xe0000;
/** Small integers -65536 … -1: base plus the low 16 bits of the number. */
export const SMALL_NEGATIVE = 0xf0000;
/** Content of a stack slot that holds no value. */
export const UNBOUND = 0xffffffff;

// Regions.
export const IOPAGE_BASE = 0x00ff00;
export const STACK_BASE = 0x010000;
export const STACK_WORDS = 0x10000;
export const FPTOVP_BASE = 0x020000;
export const FPTOVP_WORDS = 0x100000;
export const DISPLAY_BASE = 0x120000;
export const DISPLAY_WORDS = 0x20000;
export const IFPAGE_BASE = 0x140000;
export const MISCSTATS_BASE = 0x140a00;
export const MISCSTATS_WORDS = 0x200;
export const UFN_TABLE_BASE = 0x140c00;
export const UFN_TABLE_WORDS = 0x200;
export const DTD_BASE = 0x141000;
/** Words of one type descriptor. */
export const DTD_WORDS = 18;
export const DTD_REGION_WORDS = 0x6000;
export const ATOM_HASH_BASE = 0x150000;
export const ATOM_HASH_WORDS = 0x10000;
export const HTMAIN_BASE = 0x160000;
export const HTMAIN_WORDS = 0x10000;
export const HTOVERFLOW_BASE = 0x170000;
export const HTOVERFLOW_WORDS = 0x100;
export const HTBIG_BASE = 0x170100;
export const HTBIG_WORDS = 0x8000;
export const TYPE_TABLE_BASE = 0x180000;
export const TYPE_TABLE_WORDS = 0x40000;
export const HTCOLL_BASE = 0x1c0000;
export const HTCOLL_WORDS = 0x100000;
export const ATOMS_BASE = 0x2c0000;
export const ATOMS_WORDS = 0x20000;
/** Words of one symbol record. */
export const ATOM_WORDS = 10;
/** Symbol numbers at and above this one are objects of type NEW-ATOM. */
export const OLD_ATOM_LIMIT = 12287;
export const ARRAY_BASE = 0x2e0000;
/** End of the primary heap, which array space (from below) and typed pages (from above) share. */
export const PRIMARY_HEAP_END = 0x800000;

// Bits of a type table entry, above the 11 bits of the type number.
export const TYPE_NUMBER_MASK = 0x07ff;
export const TYPE_ATOM = 0x0800;
export const TYPE_NUMBERP = 0x1000;
export const TYPE_FIXP_FLAG = 0x2000;
export const TYPE_SYMBOLP = 0x4000;
/** Objects of this page are not reference counted. */
export const TYPE_NOREF = 0x8000;

// Built-in type numbers (memory specification, section 8).
export const TYPE_BLOCK = 0;
export const TYPE_SMALLP = 1;
export const TYPE_FIXP = 2;
export const TYPE_FLOATP = 3;
export const TYPE_LITATOM = 4;
export const TYPE_LISTP = 5;
export const TYPE_ARRAYP = 6;
export const TYPE_STRINGP = 7;
export const TYPE_STACKP = 8;
export const TYPE_CHARACTER = 9;
export const TYPE_VMEMPAGEP = 10;
export const TYPE_STREAM = 11;
export const TYPE_BITMAP = 12;
export const TYPE_CLOSURE = 13;
export const TYPE_ONED_ARRAY = 14;
export const TYPE_TWOD_ARRAY = 15;
export const TYPE_GENERAL_ARRAY = 16;
export const TYPE_BIGNUM = 17;
export const TYPE_RATIO = 18;
export const TYPE_COMPLEX = 19;
export const TYPE_PATHNAME = 20;
export const TYPE_NEW_ATOM = 21;
/** Hunks: headerless blocks that are typed objects. Pointer hunks 31..43, unboxed 44..63, code 64..73. */
export const TYPE_FIRST_POINTER_HUNK = 31;
export const TYPE_FIRST_UNBOXED_HUNK = 44;
export const TYPE_FIRST_CODE_HUNK = 64;
export const TYPE_LAST_CODE_HUNK = 73;
