/** What a function that an expression over an image may call is, and what it is given. */
import type { Pointer } from "../../../base/units.ts";
import type { ImageView } from "../../../inspect/image-view.ts";
import { asPointer, isReadable, type Value } from "./value.ts";

export interface Call {
  readonly view: ImageView;
  readonly args: readonly Value[];
  /** Says what is wrong with the call. */
  fail(message: string): null;
}

export interface Accessor {
  readonly least: number;
  /** Null: any number. */
  readonly most: number | null;
  readonly doc: string;
  apply(call: Call): Value | null;
}

/** The object that an argument is; reports what is none. */
export function pointerArgument(call: Call, index: number): Pointer | null {
  const value = call.args[index] as Value;
  const pointer = asPointer(value);
  if (pointer === null) return call.fail("expected an object of the image, found a computed number or text");
  if (!isReadable(call.view.memory, pointer)) return call.fail("this pointer leads outside the image");
  return pointer;
}
