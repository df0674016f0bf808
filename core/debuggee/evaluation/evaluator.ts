/** How the expressions of a session are understood: a program under debug runs them, a dead image reads them. */
import type { FrameContext } from "../../inspect/image-view.ts";
import type { InspectNode } from "../../inspect/node.ts";
import type { EventFields } from "../event-fields.ts";
import type { EvaluationMode, EvaluationResult } from "../types.ts";
import type { Completion } from "./completion.ts";

export interface Evaluator {
  /**
   * @param frame its variables are visible by name; null for the top level
   * @param fields further variables, which hide those of the frame: numbers as integers, texts as symbols
   */
  evaluate(text: string, frame: FrameContext | null, mode: EvaluationMode, fields: EventFields): EvaluationResult;
  /** Whether a condition holds, where that can be read off; null when it has to be evaluated. */
  quickly(condition: string, frame: FrameContext | null, fields: EventFields): boolean | null;
  /** The node of a variable that can be read without running anything; null when the name is none. */
  lookUp(name: string, frame: FrameContext | null): InspectNode | null;
  /** Whether the program, or the frame, means something of its own by a name of the language. */
  isOwn(name: string, frame: FrameContext | null): boolean;
  completions(text: string, offset: number, frame: FrameContext | null): readonly Completion[];
}

export const NO_FIELDS: EventFields = new Map();
