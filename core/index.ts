/** The one door of the core for adapter, server and command line (`#core`). Unit tests may enter any room. */
export { hex, ImageError, InternalError, unreachable, VmFault } from "./base/errors.ts";
export type * from "./base/units.ts";
export type * from "./debuggee/types.ts";
export type { FrameContext, ImageView } from "./inspect/image-view.ts";
export type { InspectNode, Slot } from "./inspect/node.ts";
export { renderTable, renderTree, renderTrees, type TextLimits } from "./inspect/text.ts";
export type * from "./isa/code-block.ts";
export { analyse } from "./language/analysis/analyse.ts";
export type { Analysis, Binding, Reference, Scope } from "./language/analysis/tree.ts";
export type { Comment, Diagnostic, Form, Range, ReadResult } from "./language/forms.ts";
export * from "./language/queries.ts";
export { MAX_NESTING, read } from "./language/reader.ts";
export type * from "./managers/contract.ts";
export type * from "./vm/events.ts";
export type { Ports } from "./vm/ports.ts";
