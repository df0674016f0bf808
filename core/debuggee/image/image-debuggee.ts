/**
 * A dead image under the debugger: a file that was opened to be looked at. Nothing runs. Its frames, scopes, memory and code are shown, expressions read it,
 * and edits change the memory of the session until they are saved.
 */
import { VmFault } from "../../base/errors.ts";
import type { ByteAddress, Pointer, StackOffset } from "../../base/units.ts";
import { type FrameContext, forget, type ImageView } from "../../inspect/image-view.ts";
import type { InspectNode, Slot } from "../../inspect/node.ts";
import { type RegionUsage, regionUsages } from "../../inspect/regions.ts";
import { parameterNodes } from "../../inspect/scopes/locals.ts";
import { imageScopes, scopes } from "../../inspect/scopes.ts";
import type { SysoutPages } from "../../memory/sysout/file-table.ts";
import { writeSysout } from "../../memory/sysout/write-sysout.ts";
import { CodeDirectory } from "../../objects/code/code-directory.ts";
import { memoryDigest } from "../../vm/state/digest.ts";
import { NOT_STORABLE, PLACE_GONE, storeInSlot, topLevelAssignment } from "../assignment.ts";
import { type DisassembledInstruction, disassembleAround } from "../code/disassembly.ts";
import type { Completion } from "../evaluation/completion.ts";
import { type Evaluator, NO_FIELDS } from "../evaluation/evaluator.ts";
import { placeOf, slotOf } from "../evaluation/place.ts";
import { Places } from "../program/places.ts";
import { codeEntry, codeOrigin, missingBytes, readBytes, writeBytes } from "../stack-view.ts";
import {
  type EvaluationMode,
  type EvaluationResult,
  type FrameView,
  MAIN_THREAD,
  type Origin,
  type Place,
  type ThreadView,
} from "../types.ts";
import { ChainStack } from "./chain-stack.ts";
import { ImageCounting } from "./counting.ts";
import { type Edit, EditLog } from "./edits.ts";
import { imageEvaluator } from "./expressions/image-evaluator.ts";

type ImagePages = Pick<SysoutPages, "count" | "entries">;
const REFUSAL = "nothing runs in an image that is only inspected";

export class ImageDebuggee {
  readonly view: ImageView;
  /** No file of source text belongs to an image. */
  readonly source = null;
  private readonly pages: ImagePages;
  private readonly edits: EditLog;
  private readonly counting: ImageCounting;
  private readonly evaluator: Evaluator;
  private readonly places = new Places(new CodeDirectory(), null);
  /** Found once; an edit lets them be found again. */
  private chains: ChainStack | null = null;

  /** @param pages which page of memory each page of the file holds, for saving */
  constructor(view: ImageView, pages: ImagePages) {
    this.view = view;
    this.pages = pages;
    this.edits = new EditLog(view.memory);
    this.counting = new ImageCounting(view.memory);
    this.evaluator = imageEvaluator(() => this.view, { acting: null, refusal: () => REFUSAL });
  }

  // Inspection.

  /** The chain of frames that the image would go on with, then the system contexts, then what was suspended. */
  threads(): readonly ThreadView[] {
    return this.stillChains().threads();
  }
  stack(
    start: number,
    count: number,
    thread = MAIN_THREAD,
  ): { readonly frames: readonly FrameView[]; readonly total: number } {
    return this.stillChains().stack(start, count, thread);
  }

  scopes(frame: StackOffset | null): readonly InspectNode[] {
    const context = this.contextOf(frame);
    const shown = context === null ? imageScopes(this.view) : scopes(this.view, context);
    return this.edits.count === 0 ? shown : [...shown, this.edits.node()];
  }

  /** An image has no text that declares anything. */
  declarationOf(): null {
    return null;
  }
  originOf(value: Pointer): Origin | null {
    return codeOrigin(this.view, value);
  }

  /** What a frame was called with, by name where one is known. */
  parameters(frame: StackOffset): readonly InspectNode[] {
    const context = this.contextOf(frame);
    return context === null ? [] : parameterNodes(this.view, context);
  }

  functionEntry(name: string): Place | null {
    return codeEntry(this.view, name);
  }

  private stillChains(): ChainStack {
    this.chains ??= new ChainStack(this.view);
    return this.chains;
  }
  private contextOf(frame: StackOffset | null): FrameContext | null {
    return this.stillChains().context(frame);
  }

  readBytes(address: ByteAddress, count: number): Uint8Array {
    return readBytes(this.view.memory, address, count);
  }
  missingBytes(address: ByteAddress, count: number): number {
    return missingBytes(this.view.memory, address, count);
  }

  disassemble(
    pc: ByteAddress,
    instructionOffset: number,
    count: number,
    isNamed = true,
  ): readonly DisassembledInstruction[] {
    const { memory, code } = this.view;
    const headers = () => this.stillChains().headers();
    return disassembleAround({ memory, code, places: this.places, headers }, pc, instructionOffset, count, isNamed);
  }

  /** The regions of memory, and how full they are. */
  regions(): readonly RegionUsage[] {
    return regionUsages(this.view);
  }

  /** Fingerprint of the memory. */
  digest(): string {
    return memoryDigest(this.view.memory);
  }

  // Expressions.

  /** `act` may assign; nothing else changes anything. */
  evaluate(text: string, frame: StackOffset | null, mode: EvaluationMode): EvaluationResult {
    const context = this.contextOf(frame);
    const assignment = mode === "act" ? topLevelAssignment(text, (name) => this.evaluator.lookUp(name, context)) : null;
    if (assignment !== null) return this.assign(assignment.slot, assignment.text, frame);
    return this.evaluator.evaluate(text, context, mode, NO_FIELDS);
  }

  /** What an expression names, with its slot where it is a place: a variable, or a part of an object. */
  place(text: string, frame: StackOffset | null): EvaluationResult {
    return placeOf(text, this.evaluator, this.contextOf(frame));
  }

  completions(text: string, offset: number, frame: StackOffset | null): readonly Completion[] {
    return this.evaluator.completions(text, offset, this.contextOf(frame));
  }

  // Edits.

  /** Stores a value; the count tables follow where they can. */
  assign(slot: Slot, text: string, frame: StackOffset | null): EvaluationResult {
    const result = this.evaluator.evaluate(text, this.contextOf(frame), "act", NO_FIELDS);
    if (result.kind !== "value") return result;
    return result.value === null ? NOT_STORABLE : this.store(slot, result.value, text, result);
  }

  /** Stores a value in the place that an expression names. */
  assignPlace(place: string, text: string, frame: StackOffset | null): EvaluationResult {
    const slot = slotOf(this.place(place, frame));
    return slot === null ? PLACE_GONE : this.assign(slot, text, frame);
  }

  private store(slot: Slot, value: Pointer, text: string, result: EvaluationResult): EvaluationResult {
    const counting = slot.kind === "stack" ? null : this.counting.now();
    const manager = counting?.kind === "on" ? counting.manager : null;
    if (manager === null && slot.kind === "cdr") {
      const reason = counting?.kind === "off" ? counting.reason : "";
      return { kind: "failed", message: `a cdr is set by its memory manager, which cannot work here: ${reason}` };
    }
    const note = counting?.kind === "off" ? `, not counted: ${counting.reason}` : "";
    try {
      this.edits.perform(`value ${text.trim()}${note}`, () => storeInSlot(this.view.memory, manager, slot, value));
    } catch (problem) {
      if (!(problem instanceof VmFault)) throw problem;
      return { kind: "failed", message: problem.message };
    }
    this.changed();
    return result;
  }

  /** Writes bytes as they are: counts stay what they were. @throws {VmFault} when a page is not mapped; nothing was written then */
  writeBytes(address: ByteAddress, bytes: Uint8Array): void {
    this.edits.perform(`${bytes.length} bytes written`, () => writeBytes(this.view.memory, address, bytes));
    this.changed();
  }

  /** Takes the last edit back; null when there is none. */
  undo(): Edit | null {
    const undone = this.edits.undo();
    if (undone !== null) this.changed();
    return undone;
  }

  /** Lets `write` have the image with its edits as a file with the pages of the one that was opened. */
  saveTo<T>(write: (pieces: Iterable<Uint8Array>) => T): T {
    const answer = write(writeSysout(this.view.memory, this.pages));
    this.edits.noteSaved();
    return answer;
  }

  private changed(): void {
    this.chains = null;
    forget(this.view);
  }
}
