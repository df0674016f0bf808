/** The macros of a text, and their calls as the forms that they stand for. */
import type { Form, Range } from "../../forms.ts";
import { Evaluator, type Parameters, parametersOf } from "./evaluator.ts";
import { argumentOf, formOf, MacroFault } from "./values.ts";

type ListForm = Extract<Form, { kind: "list" }>;

export interface Macro {
  readonly name: string;
  readonly parameters: Parameters;
  readonly body: readonly Form[];
  /** The whole definition. */
  readonly range: Range;
  /** The definition of a function that stands before the macro; null for none. */
  readonly helper: (name: string) => ListForm | null;
}

/** A call of a macro and what it stands for. */
export interface Expansion {
  /** The whole call, and the name in it. */
  readonly range: Range;
  readonly nameRange: Range;
  readonly name: string;
  readonly form: Form;
}

/** Steps of one expansion, and of all in a text: a text is analysed with every key. */
const MOST_STEPS = 50_000;
const MOST_STEPS_IN_ALL = 400_000;

export class Expander {
  private left = MOST_STEPS_IN_ALL;
  private freshCount = 0;

  /** `(defmacro name (parameter …) body …)`; null when it is not complete. */
  static macroOf(form: ListForm, helper: Macro["helper"]): Macro | null {
    const [, name, parameters, ...body] = form.items;
    if (name?.kind !== "symbol" || parameters === undefined || body.length === 0) return null;
    if (parameters.kind !== "list" && parameters.kind !== "symbol" && parameters.kind !== "constant") return null;
    const range = { start: form.start, end: form.end };
    return { name: name.name, parameters: parametersOf(parameters), body, range, helper };
  }

  /** @returns what a call stands for, or why that cannot be told */
  expand(macro: Macro, call: ListForm): { readonly form: Form } | { readonly problem: string } {
    const most = Math.min(MOST_STEPS, this.left);
    let steps = 0;
    const spend = (count: number) => {
      steps += count;
      if (steps > most) throw new MacroFault(`it takes more than ${most} steps: it may not end`);
    };
    try {
      const evaluator = new Evaluator({ spend, fresh: () => ++this.freshCount }, macro.helper);
      const items = call.items.slice(1).map((item) => argumentOf(item, () => spend(1)));
      const value = evaluator.call(macro.parameters, macro.body, items);
      return {
        form: this.standsFor(
          formOf(value, call, () => spend(1)),
          call,
        ),
      };
    } catch (fault) {
      if (!(fault instanceof MacroFault)) throw fault;
      return { problem: fault.message };
    } finally {
      this.left = Math.max(0, this.left - steps);
    }
  }

  /** The outermost form is the one at which a debugger stops: it takes the number of the call. */
  private standsFor(form: Form, call: ListForm): Form {
    return form.start === call.start && form.end === call.end ? { ...form, id: call.id } : form;
  }
}
