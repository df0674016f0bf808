/**
 * Types of a program as machine types: their numbers, and the host call RECORD (argument … operation). What the library makes of records has numbers of its own.
 * The compiler emits the numbers, `vm/image/` declares the types, `vm/subrs/records.ts` executes the operations.
 */

/** A field of a record: a cell of its instances. */
export interface RecordFieldLayout {
  readonly name: string;
  /** What the program says of it; null when it says nothing. */
  readonly mark: "strong" | "weak" | "back" | null;
  /** Not counted and not traced: set to nil when the object that it refers to is gone. */
  readonly isWeak: boolean;
}

/** A machine type that a program declares. */
export interface RecordLayout {
  readonly name: string;
  /** In the order of their cells. */
  readonly fields: readonly RecordFieldLayout[];
}

/** Tables of the library: number of keys, then the vector of buckets. */
export const TABLE_TYPE = 74;
/** Several results: their list. */
export const VALUES_TYPE = 75;
/** First type of the program; the others follow. TYPEP has one byte for the number. */
export const FIRST_PROGRAM_TYPE = 76;
export const MOST_PROGRAM_TYPES = 180;
/** The instruction that replaces a field has one byte for the offset in words, and a constructor one parameter a field. */
export const MOST_FIELDS = 120;

const strong = (name: string): RecordFieldLayout => ({ name, mark: null, isWeak: false });

/** The types of the library, from `TABLE_TYPE` on. */
export const LIBRARY_TYPES: readonly RecordLayout[] = [
  { name: "table", fields: [strong("count"), strong("buckets")] },
  { name: "values", fields: [strong("items")] },
];

/** Operations of the host call RECORD. */
export const RECORD = {
  /** (record value offset): stores into a weak field, `offset` in words; result the record. */
  STORE_WEAK: 0,
  /** (x): a number from 0 on that is the same for all that is `equal?` to x, and says nothing of addresses. */
  HASH: 1,
} as const;
export type RecordOperation = keyof typeof RECORD;
