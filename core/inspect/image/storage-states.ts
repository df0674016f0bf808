/** States of storage. Source: collection specification, section 8. */

/** Meaning of `\STORAGEFULLSTATE` and of the interface page's field; NIL counts as 0. */
export const STORAGE_STATES = [
  "normal: the second area was not needed yet",
  "only the primary area may be used",
  "a second area exists and is not in use yet",
  "arrays are in the second area, typed pages still in the first",
  "arrays and typed pages are in the second area",
] as const;
