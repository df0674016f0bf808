/** Expressions of the user over a program that stands still: console, watches, conditions, and places that get a value. */
import type { FrameContext } from "../../inspect/image-view.ts";
import type { Slot } from "../../inspect/node.ts";
import type { Machine } from "../../vm/machine.ts";
import { storeResult, topLevelAssignment } from "../assignment.ts";
import type { EventFields } from "../event-fields.ts";
import type { UserStops } from "../stops/user-stops.ts";
import type { EvaluationMode, EvaluationResult } from "../types.ts";
import { truthOf } from "./evaluation.ts";
import { type Evaluator, NO_FIELDS } from "./evaluator.ts";
import { placeOf, slotOf } from "./place.ts";

export type ConditionResult =
  | { readonly kind: "true" | "false" }
  | { readonly kind: "failed"; readonly message: string };

/** Characters of what somebody did, in the history. */
const MOST_NAME = 60;

/** The time in which an expression is evaluated. */
interface Time {
  isInPast(): boolean;
  /** Does what changes the machine from outside. */
  intervene<T>(what: string, act: () => T): T;
}

export class Expressions {
  readonly evaluator: Evaluator;
  private readonly machine: Machine;
  private readonly stops: UserStops;
  private readonly time: Time;

  constructor(machine: Machine, evaluator: Evaluator, stops: UserStops, time: Time) {
    this.machine = machine;
    this.evaluator = evaluator;
    this.stops = stops;
    this.time = time;
  }

  /**
   * In the past only an assignment has effects: anything else that is asked for leaves no trace there, so that the future stays known. To read a variable never
   * has any: that would cost the recording in the middle of a collection.
   *
   * @param fields variables that the text may name besides: those of an event
   */
  evaluate(text: string, frame: FrameContext | null, wanted: EvaluationMode, fields: EventFields): EvaluationResult {
    const isReading = wanted === "act" && (this.time.isInPast() || this.evaluator.lookUp(text.trim(), frame) !== null);
    const mode = isReading ? "peek" : wanted;
    const assignment = wanted === "act" ? topLevelAssignment(text, (name) => this.evaluator.lookUp(name, frame)) : null;
    if (assignment !== null) return this.assignFound(text, () => assignment.slot, assignment.text, frame);
    const act = () => this.undisturbed(() => this.evaluator.evaluate(text, frame, mode, fields));
    return mode === "act" ? this.time.intervene("evaluate", act) : act();
  }
  condition(text: string, frame: FrameContext | null, fields: EventFields): ConditionResult {
    const known = this.evaluator.quickly(text, frame, fields);
    if (known !== null) return { kind: known ? "true" : "false" };
    const result = this.undisturbed(() => this.evaluator.evaluate(text, frame, "peek", fields));
    if (result.kind === "value") return { kind: truthOf(result.value) ? "true" : "false" };
    if (result.kind === "failed") return result;
    return { kind: "failed", message: result.diagnostics.map(({ message }) => message).join("; ") };
  }
  assign(slot: Slot, text: string, frame: FrameContext | null): EvaluationResult {
    return this.assignFound("", () => slot, text, frame);
  }
  place(text: string, frame: FrameContext | null): EvaluationResult {
    return this.undisturbed(() => placeOf(text, this.evaluator, frame));
  }
  assignPlace(place: string, text: string, frame: FrameContext | null): EvaluationResult {
    return this.assignFound(place, () => slotOf(placeOf(place, this.evaluator, frame)), text, frame);
  }

  /**
   * @param place for the history; empty where it has no name
   * @param find asked when the value is there: to compute it can have moved the place, or freed what it is a part of
   */
  private assignFound(
    place: string,
    find: () => Slot | null,
    text: string,
    frame: FrameContext | null,
  ): EvaluationResult {
    const evaluate = () => this.evaluator.evaluate(text, frame, "act", NO_FIELDS);
    const what = `assign ${place}`.trim().replace(/\s+/g, " ").slice(0, MOST_NAME);
    return this.time.intervene(what, () => this.undisturbed(() => storeResult(this.machine, evaluate(), find)));
  }
  /** Nothing stops an evaluation: breakpoints, events and watches are the program's. */
  private undisturbed<T>(work: () => T): T {
    this.stops.remove();
    try {
      return work();
    } finally {
      this.stops.install();
    }
  }
}
