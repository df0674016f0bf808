/**
 * The expressions between the functions of a file. What only stores constants is done here; every other expression is left to the booted image, in a list
 * for each file, `FILE.EXPRESSIONS`. Source: linking specification, section 1d.
 */
import {
  type Form,
  INTERLISP,
  LISP,
  type ListForm,
  listForm,
  listItems,
  NIL_FORM,
  type SymbolForm,
  symbolForm,
} from "../../compiled/forms.ts";
import { constantOf } from "../../compiled/reader/load-time.ts";
import { linkName, NIL_NAME, T_NAME } from "./link-name.ts";
import type { StartValues } from "./start-values.ts";

/** Names of the files whose expressions the image evaluates, the last one first. */
export const BOOT_FILES = "BOOTFILES";
const LOADED_FILES = "BOOTLOADEDFILES";
const FILE_DATES = symbolForm("FILEDATES");
const QUOTE = symbolForm("QUOTE", LISP);
const SET_TOP_VALUE = symbolForm("SETTOPVAL");

/** Characters behind which the name of a file begins. */
const FOLDER_END = /^.*[>}/]/;

type Handler = (each: FileExpressions, items: readonly Form[], whole: ListForm) => void;

export class FileExpressions {
  readonly values: StartValues;
  /** What the image has to evaluate, in the order of the file. */
  readonly deferred: Form[] = [];
  /** Variables that list what a file holds, for the file manager: their values are not kept. */
  private readonly contents: Set<string>;
  /** Variables that such a list names; they come with the file's source only. */
  private readonly skipped = new Set<string>();

  /** @param fileName without folder and ending */
  constructor(values: StartValues, fileName: string) {
    this.values = values;
    this.contents = new Set([`${fileName}COMS`]);
  }

  /** @throws {LinkProblem} */
  add(form: ListForm): void {
    const [head] = form.items;
    const handler = head?.kind === "symbol" ? HANDLERS.get(linkName(head)) : undefined;
    if (handler === undefined) this.deferred.push(form);
    else handler(this, form.items, form);
  }

  /** Sets a variable when the value is known, else leaves that to the image. */
  assign(variable: Form | undefined, value: Form): void {
    if (variable?.kind !== "symbol") return;
    const known = this.constant(value);
    if (known !== null) this.values.set(linkName(variable), known);
    else this.deferred.push(listForm([SET_TOP_VALUE, listForm([QUOTE, variable]), value]));
  }

  /** The value of an expression that needs no evaluation; `null` for any other. Keywords are variables too: known once the image has them. */
  constant(form: Form): Form | null {
    if (form.kind === "symbol") {
      const name = linkName(form);
      return name === NIL_NAME || name === T_NAME ? form : (this.values.values.get(name) ?? null);
    }
    if (form.kind !== "list") return form.kind === "load-time" ? constantOf(form) : form;
    return QUOTING.has(headName(form)) ? (form.items[1] ?? NIL_FORM) : null;
  }

  /** `(RPAQQ variable value)`, where lists of contents are only noted. */
  assignQuoted(variable: Form | undefined, value: Form): void {
    if (variable?.kind !== "symbol") return;
    const name = linkName(variable);
    if (this.contents.has(name)) this.noteContents(listItems(value) ?? []);
    else if (!this.skipped.has(name)) this.values.set(name, value);
  }

  private noteContents(commands: readonly Form[]): void {
    for (const command of commands) {
      if (command.kind !== "list") continue;
      const [, star, variable] = command.items;
      const kind = headName(command);
      if (star?.kind === "symbol" && star.name === "*" && variable?.kind === "symbol") {
        (kind === "COMS" ? this.contents : this.skipped).add(linkName(variable));
      } else if (kind === "COMS" || kind === "DECLARE:") {
        this.noteContents(command.items.slice(1));
      }
    }
  }
}

const headName = ({ items: [head] }: ListForm): string => (head?.kind === "symbol" ? linkName(head) : "");
const QUOTING = new Set(["CL::QUOTE", "CL::FUNCTION", "FUNCTION"]);
const ignore: Handler = () => {};

const addToVariable: Handler = ({ values }, [, variable, ...items]) => {
  if (variable?.kind === "symbol") values.addTo(linkName(variable), items);
};
const putProperty: Handler = ({ values }, [, symbol, property, value]) => {
  if (symbol?.kind !== "symbol" || property?.kind !== "symbol") return;
  values.setProperty(linkName(symbol), property, value ?? NIL_FORM);
};
const assign: Handler = (each, [, variable, value]) => each.assign(variable, value ?? NIL_FORM);
const assignQuoted: Handler = (each, [, variable, value]) => each.assignQuoted(variable, value ?? NIL_FORM);

const setTopValue: Handler = (each, [, place, value], whole) => {
  const variable = place?.kind === "list" && headName(place) === "CL::QUOTE" ? place.items[1] : undefined;
  if (variable === undefined || each.constant(value ?? NIL_FORM) === null) each.deferred.push(whole);
  else each.assign(variable, value ?? NIL_FORM);
};

const declare: Handler = (each, [, ...parts]) => {
  for (const part of parts) if (part.kind === "list") each.add(part);
};

/** `(FILECREATED date name …)`; of the two at the start of a file, the one that tells of the compiler has a list for the name. */
const fileCreated: Handler = ({ values }, [, date, name]) => {
  if (date === undefined || (name?.kind !== "symbol" && name?.kind !== "string")) return;
  const root = rootName(name.kind === "symbol" ? name.name : name.text);
  values.addTo(LOADED_FILES, [symbolForm(root)]);
  values.setProperty(root, FILE_DATES, listForm([listForm([date], name)]));
};

/** `{DSK}<lisp>LLFAULT.;3` -> `LLFAULT`. */
function rootName(path: string): string {
  const name = path.replace(FOLDER_END, "").split(";")[0] ?? "";
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** By the print name of the head. */
const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ["ADDTOVAR", addToVariable],
  ["DECLARE:", declare],
  ["PUTPROPS", putProperty],
  ["RPAQ", assign],
  ["RPAQ?", assign],
  ["SETQ", assign],
  ["RPAQQ", assignQuoted],
  ["SETQQ", assignQuoted],
  ["SETTOPVAL", setTopValue],
  ["/SETTOPVAL", setTopValue],
  ["FILECREATED", fileCreated],
  ["LISPXPRINT", ignore],
  ["PRETTYCOMPRINT", ignore],
  ["*", ignore],
]);

/** The variable that holds what the image evaluates for a file. */
export function expressionsOf(fileName: string): SymbolForm {
  return symbolForm(`${fileName}.EXPRESSIONS`, INTERLISP);
}
