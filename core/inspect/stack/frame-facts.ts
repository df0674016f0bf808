/** What is special about a frame: its links, flags and basic frame, in words. Source: memory specification, section 14. */
import type { StackOffset } from "../../base/units.ts";
import { hasResidual } from "../../objects/code/frame-uses.ts";
import { basicFrameAt, type Frame } from "../../objects/code/frames.ts";
import type { ImageView } from "../image-view.ts";

export interface FrameFacts {
  readonly offset: StackOffset;
  /** Frame to return to; null at the bottom. */
  readonly control: StackOffset | null;
  /** Frame in which free variables are looked up next. */
  readonly access: StackOffset | null;
  readonly basicFrame: StackOffset;
  /** Arguments that lie before the basic frame; null when there is no basic frame where the frame says. */
  readonly argumentCount: number | null;
  /** Everything that an ordinary frame does not have. */
  readonly remarks: readonly string[];
}

export function frameFacts({ memory }: ImageView, frame: Frame): FrameFacts {
  const basicFrame = basicFrameAt(memory, frame.basicFrame);
  const remarks: string[] = [];
  if (frame.isSlow && frame.caller !== frame.control && frame.caller !== null) {
    remarks.push(`looks up free variables from frame ${frame.caller.toString(8)}`);
  }
  if (frame.basicFrame !== frame.offset - 2) remarks.push(`basic frame at ${frame.basicFrame.toString(8)}`);
  if (hasResidual(memory, frame.offset)) remarks.push("a copy of its basic frame stands before it");
  if (frame.hasOwnNameTable) remarks.push("own name table");
  if (frame.discardsValue) remarks.push("discards the value that is returned to it");
  if (frame.isInCall) remarks.push("in a call");
  if (frame.useCount > 0) remarks.push(`use count ${frame.useCount}`);
  if (basicFrame === null) remarks.push("no basic frame where it should be");
  else {
    if (basicFrame.useCount > 0) remarks.push(`basic frame used by ${basicFrame.useCount} more`);
    if (basicFrame.isPadded) remarks.push("padded arguments");
  }
  return {
    offset: frame.offset,
    control: frame.control,
    access: frame.caller,
    basicFrame: frame.basicFrame,
    argumentCount: basicFrame?.argumentCount ?? null,
    remarks,
  };
}
