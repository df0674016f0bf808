/** Kinds of plain values in a recording, and how deep they go. The format is in `docs/recording-format.md`. */

export const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  integer: 4,
  number: 5,
  text: 6,
  list: 7,
  object: 8,
  bytes: 9,
  cells: 10,
} as const;

/** Values in values, at most. */
export const MOST_NESTED = 2_000;
export const CELL_BYTES = 4;
export const NUMBER_BYTES = 8;
/** Lists that are nested less than this are long: they are written and read in steps. */
export const STEPPED_DEPTH = 3;
