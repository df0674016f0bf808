/**
 * Evaluates a form by reading an image: nothing of the image runs, unless the session has a machine and may act on it. Names are tried as they are typed,
 * then in upper case, which is what Interlisp's symbols have. A problem is a diagnostic with the place of the form; the first one ends the evaluation.
 */
import type { Pointer } from "../../../base/units.ts";
import type { FrameContext, ImageView } from "../../../inspect/image-view.ts";
import { localsScope } from "../../../inspect/scopes/locals.ts";
import type { Diagnostic, Form, Range } from "../../../language/forms.ts";
import { NIL, NOBIND, T } from "../../../memory/layout.ts";
import { isMapped } from "../../../memory/translation.ts";
import { codeOf } from "../../../objects/code/functions.ts";
import { character } from "../../../objects/immediates.ts";
import { findSymbolAnywhere } from "../../../objects/packages.ts";
import { definitionCell, valueCell } from "../../../objects/symbols.ts";
import { findAccessor } from "./accessors.ts";
import type { Accessor } from "./call.ts";
import { asPointer, asText, isTrue, numeric, pointerTo, textual, type Value } from "./value.ts";

/** What a session with a machine adds. */
export interface Acting {
  /** Calls compiled code. @returns null after it said what went wrong */
  call(header: Pointer, args: readonly Pointer[], fail: (message: string) => null): Value | null;
  /** The object of a number that does not fit into a pointer. */
  makeNumber(value: number): Pointer;
}

export interface Surroundings {
  readonly view: ImageView;
  readonly frame: FrameContext | null;
  /** Variables that hide all others. */
  readonly fields: ReadonlyMap<string, number | string>;
  /** Addresses by the symbols that stand for them in the text. */
  readonly addresses: ReadonlyMap<string, Pointer>;
  readonly acting: Acting | null;
  /** Why functions of the image are not called, when they are not. */
  readonly refusal: string;
}

export class Expression {
  problem: Diagnostic | null = null;
  private readonly around: Surroundings;
  /** Variables of the frame, when one was asked for. */
  private locals: ReadonlyMap<string, Pointer> | null = null;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** The value of a form; null when there is a `problem`. */
  value(form: Form): Value | null {
    switch (form.kind) {
      case "symbol":
        return this.variable(form, form.name);
      case "integer":
      case "float":
        return numeric(form.value);
      case "character":
        return pointerTo(character(form.code));
      case "string":
        return textual(form.text);
      case "constant":
        return pointerTo(form.value === "true" ? T : NIL);
      case "quote":
        return form.form === null ? this.fail(form, "a form is missing after '") : this.quoted(form.form);
      case "list":
        return this.call(form, form.items);
      default:
        return this.fail(
          form,
          "an expression over an image has names, numbers, texts, quoted symbols, addresses and calls",
        );
    }
  }

  private fail(range: Range, message: string): null {
    const { start, end } = range;
    this.problem ??= { start, end, severity: "error", code: "image-expression", message };
    return null;
  }

  private variable(form: Range, name: string): Value | null {
    const { view, fields, addresses } = this.around;
    const address = addresses.get(name);
    if (address !== undefined) return pointerTo(address);
    const field = fields.get(name);
    if (field !== undefined) return typeof field === "number" ? numeric(field) : this.named(field);
    for (const candidate of [name, name.toUpperCase()]) {
      const local = this.local(candidate);
      if (local !== null) return pointerTo(local);
      if (candidate === "NIL") return pointerTo(NIL);
      if (candidate === "T") return pointerTo(T);
      const value = topLevelValue(view, candidate);
      if (value !== null) return pointerTo(value);
    }
    const isKnown = findName(view, name) !== null;
    return this.fail(form, isKnown ? `${name} has no value here` : `there is no symbol ${name} in this image`);
  }

  /** A symbol of the image, or the bare text when the image has none of that name. */
  private named(text: string): Value {
    const symbol = findName(this.around.view, text);
    return symbol === null ? textual(text) : pointerTo(symbol);
  }

  private local(name: string): Pointer | null {
    this.locals ??= localsOf(this.around);
    return this.locals.get(name) ?? null;
  }

  private quoted(form: Form): Value | null {
    if (form.kind === "symbol") {
      const address = this.around.addresses.get(form.name);
      const symbol = address ?? findName(this.around.view, form.name);
      return symbol === null ? this.fail(form, `there is no symbol ${form.name} in this image`) : pointerTo(symbol);
    }
    if (form.kind === "list" && form.items.length === 0 && form.tail === null) return pointerTo(NIL);
    if (form.kind === "list" || form.kind === "vector" || form.kind.startsWith("un") || form.kind === "quasiquote") {
      return this.fail(form, "only a symbol, number, character or text can be quoted: nothing is made in the image");
    }
    return this.value(form);
  }

  private call(form: Range, items: readonly Form[]): Value | null {
    const [head, ...args] = items;
    if (head === undefined) return pointerTo(NIL);
    if (head.kind !== "symbol") return this.fail(head, "the name of a function is expected here");
    switch (head.name.toLowerCase()) {
      case "quote":
        return args[0] === undefined ? this.fail(form, "quote needs a form") : this.quoted(args[0]);
      case "and":
        return this.sequence(args, pointerTo(T), (value) => !isTrue(value));
      case "or":
        return this.sequence(args, pointerTo(NIL), isTrue);
      case "if":
        return this.conditional(form, args);
    }
    const accessor = findAccessor(head.name);
    return accessor === null ? this.callFunction(form, head.name, args) : this.apply(form, head.name, accessor, args);
  }

  /** Values one after the other, up to the first that ends the sequence. */
  private sequence(forms: readonly Form[], empty: Value, ends: (value: Value) => boolean): Value | null {
    let last: Value | null = empty;
    for (const form of forms) {
      last = this.value(form);
      if (last === null || ends(last)) return last;
    }
    return last;
  }

  private conditional(form: Range, [test, then, otherwise]: readonly Form[]): Value | null {
    if (test === undefined || then === undefined) return this.fail(form, "if needs a condition and a value");
    const holds = this.value(test);
    if (holds === null) return null;
    if (isTrue(holds)) return this.value(then);
    return otherwise === undefined ? pointerTo(NIL) : this.value(otherwise);
  }

  private apply(form: Range, name: string, accessor: Accessor, forms: readonly Form[]): Value | null {
    const { least, most } = accessor;
    if (forms.length < least || (most !== null && forms.length > most)) {
      const expected = most === null ? `at least ${least}` : least === most ? `${least}` : `${least} to ${most}`;
      return this.fail(form, `${name} takes ${expected} argument${expected === "1" ? "" : "s"}, found ${forms.length}`);
    }
    const args = this.values(forms);
    const fail = (message: string) => this.fail(form, `${name}: ${message}`);
    return args === null ? null : accessor.apply({ view: this.around.view, args, fail });
  }

  private values(forms: readonly Form[]): readonly Value[] | null {
    const found: Value[] = [];
    for (const form of forms) {
      const value = this.value(form);
      if (value === null) return null;
      found.push(value);
    }
    return found;
  }

  /** A function of the image: called where that is allowed. */
  private callFunction(form: Range, name: string, forms: readonly Form[]): Value | null {
    const { view, acting, refusal } = this.around;
    const { memory } = view;
    const symbol = findName(view, name);
    const header = symbol === null ? null : codeOf(memory, memory.pointer(definitionCell(symbol)));
    if (header === null) {
      const what =
        symbol === null ? "there is no symbol of that name in this image" : "its definition is no compiled code";
      return this.fail(form, `${name} is no function that can be called here: ${what}`);
    }
    if (acting === null) return this.fail(form, `${name} is a function of the image: ${refusal}`);
    const args = this.values(forms);
    if (args === null) return null;
    const pointers: Pointer[] = [];
    for (const [i, value] of args.entries()) {
      const pointer = this.argument(value, acting);
      if (pointer === null)
        return this.fail(
          forms[i] ?? form,
          "a text cannot be handed to a function: there is no such string in the image",
        );
      pointers.push(pointer);
    }
    return acting.call(header, pointers, (message) => this.fail(form, message));
  }

  private argument(value: Value, acting: Acting): Pointer | null {
    const pointer = asPointer(value);
    if (pointer !== null) return pointer;
    if (value.kind === "number") return acting.makeNumber(value.value);
    const text = asText(this.around.view.memory, value);
    return text === null ? null : findName(this.around.view, text);
  }
}

/** The symbol that `NAME` or `PACKAGE::NAME` names, as typed or in upper case. */
export function findName({ memory }: ImageView, name: string): Pointer | null {
  return findSymbolAnywhere(memory, name) ?? findSymbolAnywhere(memory, name.toUpperCase());
}

/** The top-level value of the symbol with exactly this name; null when there is no symbol, or it has none. */
export function topLevelValue({ memory }: ImageView, name: string): Pointer | null {
  const symbol = findSymbolAnywhere(memory, name);
  if (symbol === null || !isMapped(memory, valueCell(symbol), 2)) return null;
  const value = memory.pointer(valueCell(symbol));
  return value === NOBIND ? null : value;
}

function localsOf({ view, frame }: Surroundings): ReadonlyMap<string, Pointer> {
  const nodes = frame === null ? [] : localsScope(view, frame).named();
  return new Map(
    nodes.flatMap(({ name, pointer, slot }) => (pointer === null || slot === null ? [] : [[name, pointer] as const])),
  );
}
