/**
 * The scopes of a frame, in the order in which the debugger shows them (design, section 4.3). Each is a tree that is computed as it is opened.
 */
import type { FrameContext, ImageView } from "./image-view.ts";
import type { InspectNode } from "./node.ts";
import { collectorScope } from "./scopes/collector.ts";
import { countsScope } from "./scopes/counts.ts";
import { objectsScope } from "./scopes/lisp/objects.ts";
import { symbolsScope } from "./scopes/lisp/symbols.ts";
import { localsScope } from "./scopes/locals.ts";
import { managerScope } from "./scopes/manager.ts";
import { memoryScope } from "./scopes/memory.ts";
import { registersScope } from "./scopes/registers.ts";

/** Locals and registers of the frame, then everything that does not depend on one. */
export function scopes(view: ImageView, frame: FrameContext): readonly InspectNode[] {
  return [localsScope(view, frame), registersScope(view, frame), ...imageScopes(view)];
}

/** Memory, objects, symbols, counts, collector, manager: what can be asked of an image without a frame. */
export function imageScopes(view: ImageView): readonly InspectNode[] {
  return [
    memoryScope(view),
    objectsScope(view),
    symbolsScope(view),
    countsScope(view),
    collectorScope(view),
    managerScope(view),
  ];
}
