/**
 * Values and property lists that symbols of the image get, collected as forms: they become objects at the end, when each symbol has its last value.
 * Symbols go by their print names. Source: linking specification, sections 1d and 1f.
 */
import { type Form, listForm, listItems, NIL_FORM, type SymbolForm } from "../../compiled/forms.ts";
import type { LinkPlace } from "../problem.ts";
import { linkName } from "./link-name.ts";
import { isSameForm } from "./object-maker.ts";

export class StartValues {
  /** Where linking stands: what is set now comes from there. */
  place: LinkPlace;
  /** Where a symbol got its last value or property. */
  private readonly places = new Map<string, LinkPlace>();
  /** In the order in which symbols got their first value. */
  readonly values = new Map<string, Form>();
  /** Property, value, property, value, … */
  readonly properties = new Map<string, Form[]>();

  constructor(place: LinkPlace) {
    this.place = place;
  }

  set(name: string, value: Form): void {
    this.values.set(name, value);
    this.places.set(name, this.place);
  }

  /** The expression that set the symbol last. */
  placeOf(name: string): LinkPlace {
    return this.places.get(name) ?? this.place;
  }

  /** Puts what is not there yet in front of a list. */
  addTo(name: string, items: readonly Form[]): void {
    const old = listItems(this.values.get(name) ?? NIL_FORM) ?? [];
    const added = items.filter((item) => !old.some((other) => isSameForm(item, other)));
    this.set(name, listForm([...added, ...old]));
  }

  setProperty(name: string, property: SymbolForm, value: Form): void {
    const list = this.properties.get(name) ?? [];
    this.properties.set(name, list);
    this.places.set(name, this.place);
    const wanted = linkName(property);
    for (let i = 0; i < list.length; i += 2) {
      const known = list[i] as Form;
      if (known.kind !== "symbol" || linkName(known) !== wanted) continue;
      list[i + 1] = value;
      return;
    }
    list.push(property, value);
  }
}
