/** The one door of the core for adapter, server and command line (`#core`). Unit tests may enter any room. */
export { hex, ImageError, InternalError, unreachable, VmFault } from "./base/errors.ts";
export { fingerprint } from "./base/fingerprint.ts";
export { finish, type IndexProgress, type IndexSteps } from "./base/steps.ts";
export type * from "./base/units.ts";
export { looksCompiled, readCompiledFile } from "./compiled/read-compiled-file.ts";
export { formText } from "./compiled/show/form-text.ts";
export { functionName } from "./compiled/show/function-facts.ts";
export { compiledListing, octalOffset, signature } from "./compiled/show/listing.ts";
export type * from "./compiled/types.ts";
export type { Branching } from "./debuggee/branches/branching.ts";
export { type ComparisonProgress, compareManagers } from "./debuggee/comparison/compare.ts";
export { type CompiledDebuggee, loadCompiled } from "./debuggee/compiled-debuggee.ts";
export type { CollectionTrial } from "./debuggee/control/try-collection.ts";
export { Debuggee } from "./debuggee/debuggee.ts";
export type { Chronicle, History } from "./debuggee/history/history.ts";
export type { PastEvent, PastEventKind } from "./debuggee/history/past-event.ts";
export { ImageDebuggee } from "./debuggee/image/image-debuggee.ts";
export { RunningImage, type RunOptions } from "./debuggee/image/running-image.ts";
export { MachineDebuggee } from "./debuggee/machine-debuggee.ts";
export type { LineColumn } from "./debuggee/program/line-table.ts";
export { replayed, replaySteps, takeRecording } from "./debuggee/recorded.ts";
export { ReplayableDebuggee } from "./debuggee/replayable.ts";
export type { Lookouts } from "./debuggee/stops/lookouts.ts";
export type { VerifyPlan } from "./debuggee/stops/verifier.ts";
export type { Watching } from "./debuggee/stops/watching.ts";
export * from "./debuggee/types.ts";
export { type AuditProblem, type AuditReport, audit, auditSteps, PROBLEM_KINDS } from "./inspect/audit/audit.ts";
export { census, instancesOf, type TypeCensus } from "./inspect/census.ts";
export { type CountEntry, countEntry, countGauges } from "./inspect/counts/counts.ts";
export { type HeapReference, mapHeap } from "./inspect/counts/references.ts";
export type { HeapGraph } from "./inspect/graph/building/heap-graph.ts";
export { graphSteps, heapGraph } from "./inspect/graph/graph-steps.ts";
export { amountOf, exampleCycle, type Island, islands } from "./inspect/graph/islands.ts";
export { namedObject } from "./inspect/graph/named-object.ts";
export { type AddressPlace, objectAt } from "./inspect/graph/object-at.ts";
export { foldedPath, pathFromRoot, pathSteps } from "./inspect/graph/paths.ts";
export { holdersOf } from "./inspect/graph/questions.ts";
export { UNREACHED_CLASSES, type UnreachedClass, unreached } from "./inspect/graph/reach.ts";
export { type RetainedSize, type RetainedSizes, retainedSizes, retainedSteps } from "./inspect/graph/retained.ts";
export { slotText } from "./inspect/heap/counted-slots.ts";
export type { HeapMap } from "./inspect/heap/heap-map.ts";
export {
  argumentsText,
  type CodeObject,
  definedCode,
  definedSymbols,
  eachCode,
} from "./inspect/image/code/code-objects.ts";
export { codeAround, codeNamed, listing } from "./inspect/image/code/listing.ts";
export { type CollectorVerdict, collectorVerdict } from "./inspect/image/collector.ts";
export { countHistogram, type TableLoad, tableLoad } from "./inspect/image/count-tables.ts";
export {
  type Change,
  compareImages,
  type ImageDiff,
  isSame,
  type ObjectChanges,
  type Sample,
} from "./inspect/image/diff.ts";
export { filePageFigures } from "./inspect/image/file-pages.ts";
export { interfaceRows } from "./inspect/image/interface.ts";
export { packageRecords } from "./inspect/image/packages.ts";
export { patternTest } from "./inspect/image/pattern.ts";
export { eachString, type StringRecord, sharedBases } from "./inspect/image/strings.ts";
export { type ImageSummary, summarize } from "./inspect/image/summary.ts";
export { duplicateSymbols, findSymbols, packageNames, symbolFacts } from "./inspect/image/symbols.ts";
export type { FrameContext, ImageView } from "./inspect/image-view.ts";
export type { InspectNode, Slot } from "./inspect/node.ts";
export { type OpenImage, openImage } from "./inspect/open-image.ts";
export { holderText, referenceText } from "./inspect/parts/holders.ts";
export { addressText, valueText } from "./inspect/parts/value-text.ts";
export type { RegionUsage } from "./inspect/regions.ts";
export { regionUsages } from "./inspect/regions.ts";
export { localsScope } from "./inspect/scopes/locals.ts";
export { accessChain, type ChainFrame, type FrameChain, frameChains } from "./inspect/stack/chains.ts";
export { type FrameFacts, frameFacts } from "./inspect/stack/frame-facts.ts";
export { renderTable, renderTree, renderTrees, type TextLimits } from "./inspect/text.ts";
export type { Finding } from "./inspect/verify/finding.ts";
export { CHECKS, type VerifyReport, verify, verifySteps } from "./inspect/verify/verify.ts";
export type * from "./isa/code-block.ts";
export { disassemble, type Instruction } from "./isa/disassembler.ts";
export { type InstructionKind, instructionKind, isOfKind } from "./isa/instruction-kind.ts";
export { analyse } from "./language/analysis/analyse.ts";
export { nearestName } from "./language/analysis/nearest-name.ts";
export type { Analysis, Binding, Reference, Scope } from "./language/analysis/tree.ts";
export { BUILTINS, type Builtin } from "./language/builtins.ts";
export { compileAnalysis } from "./language/compiler/compile-program.ts";
export { applied, format, indentationAt, isSameProgram } from "./language/format/format.ts";
export type { TextChange } from "./language/format/layout.ts";
export type { Comment, Diagnostic, Form, Range, ReadResult } from "./language/forms.ts";
export { type Fix, fixesFor, wrappings } from "./language/queries/fixes.ts";
export { enclosingForms, everyForm } from "./language/queries/forms/forms-at.ts";
export {
  type DocumentSymbol,
  documentSymbols,
  type FoldingRange,
  foldingRanges,
} from "./language/queries/forms/outline.ts";
export { selectionRanges } from "./language/queries/forms/selection.ts";
export { type SemanticToken, semanticTokens, type TokenKind } from "./language/queries/forms/tokens.ts";
export { type Explanation, explainLifetime } from "./language/queries/lifetimes/explain.ts";
export { type LifetimeFacts, lifetimeFacts } from "./language/queries/lifetimes/facts.ts";
export { HINT_KINDS, type HintKind, type LifetimeHint, lifetimeHints } from "./language/queries/lifetimes/hints.ts";
export { lifetimeProblems } from "./language/queries/lifetimes/problems.ts";
export {
  type LifetimeTrace,
  lifetimeTrace,
  type TraceFunction,
  type TraceReason,
} from "./language/queries/lifetimes/trace.ts";
export { calleesOf, callersOf, functionAt } from "./language/queries/names/call-graph.ts";
export { callAt, type Signature } from "./language/queries/names/calls.ts";
export { type CompletionItem, completions } from "./language/queries/names/completion.ts";
export { bindingCode, type Hover, hover } from "./language/queries/names/hover.ts";
export { inlineValues } from "./language/queries/names/inline-values.ts";
export {
  definitionAt,
  type Highlight,
  highlightsAt,
  isCodeAt,
  referencesAt,
  type Subject,
  scopeAt,
  subjectAt,
  wordAt,
} from "./language/queries/names/names.ts";
export { type RenameRefusal, rename, renamingAt } from "./language/queries/names/rename.ts";
export { MAX_NESTING, read } from "./language/reader.ts";
export { SPECIAL_FORMS, type SpecialForm } from "./language/special-forms.ts";
export { type LinkProgress, linkFiles } from "./link/link-files.ts";
export { imagePieces, type LinkedImage, symbolMap } from "./link/linked-image.ts";
export { linkBootImage } from "./link/medley/boot-image.ts";
export type { Checkout, CheckoutFile } from "./link/medley/checkout.ts";
export { LinkProblem } from "./link/problem.ts";
export { DEFAULT_MANAGER, MANAGERS, managerFactory } from "./managers/catalog.ts";
export type * from "./managers/contract.ts";
export { expectedValue, isOptionValue, optionValue } from "./managers/options.ts";
export { INTERFACE_FIELDS, type InterfaceField } from "./memory/interface-page.ts";
export type { Damage, DamageList } from "./memory/sysout/damage.ts";
export type { ImageFile } from "./memory/sysout/image-file.ts";
export { stringText } from "./objects/arrays/strings.ts";
export { typeName } from "./objects/dtd.ts";
export type { Radix } from "./objects/pointer-notation.ts";
export { addressAdvice, parseAddress } from "./objects/pointer-notation.ts";
export { isCounted, isSymbol } from "./objects/types.ts";
export type { Branch, LostBranch } from "./timeline/branches/branches.ts";
export { compareMoments, momentText, parseMoment } from "./timeline/moment.ts";
export { decodeRecording, type Packing, recordingPieces } from "./timeline/recording/format.ts";
export type { FileIdentity, Recording } from "./timeline/recording/recording.ts";
export type * from "./vm/events.ts";
export type { DataWatch, Watch, WatchAccess, WatchHit } from "./vm/gates/watch.ts";
export { HEAP_MB } from "./vm/image/bootstrap.ts";
export {
  type CharacterPort,
  type ClockPort,
  type EnvironmentPort,
  type FileOpening,
  type FilePort,
  type FileStatus,
  type ImagePort,
  isRefusal,
  type Ports,
  quietPorts,
  type Refusal,
  SAVE_FAILURE,
  type SaveFailure,
  UNIX_ERROR,
} from "./vm/ports.ts";
export { digest } from "./vm/state/digest.ts";
