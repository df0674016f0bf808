/** Steps to what is found once a stop. */
import type { IndexSteps } from "../base/steps.ts";
import type { ImageView } from "./image-view.ts";

/** `remembered` for work in steps. */
export function* rememberedSteps<T>(view: ImageView, name: string, make: () => IndexSteps<T>): IndexSteps<T> {
  const { memo } = view;
  if (memo?.has(name)) return memo.get(name) as T;
  const found = yield* make();
  memo?.set(name, found);
  return found;
}
