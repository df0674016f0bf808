/** Watches for what becomes of objects: told by the memory manager that one is freed, or that a new one takes cells that are watched. */
import type { Pointer, TypeNumber, Words } from "../../base/units.ts";
import { type HeapObserver, silent } from "../../managers/events.ts";
import { type LifeWatch, type WatchHit, WatchIndex } from "./watch.ts";

export function lifeObserver(watches: readonly LifeWatch[], hit: (hit: WatchHit) => void): HeapObserver {
  const index = new WatchIndex(watches);
  const tell = (object: Pointer, words: Words, access: "free" | "reuse") =>
    index.touched(2 * object, 2 * Math.max(1, words), (watch) => {
      hit({ watch, access, old: null, now: null, isChange: true });
    });
  return {
    ...silent,
    allocated: (object: Pointer, _: TypeNumber, words: Words) => tell(object, words, "reuse"),
    freed: (object: Pointer, _: TypeNumber, words: Words) => tell(object, words, "free"),
    lifetime: (kind, object, words) => {
      if (kind === "arena.alloc" || kind === "stack.alloc") tell(object, words, "reuse");
    },
  };
}
