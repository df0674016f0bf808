/**
 * Puts an image together: files in their order, constants, start values, the function that it begins with. What a Medley boot image needs besides is in `medley/`.
 * Source: linking specification, sections 1 and 4.
 */
import { ImageError } from "../base/errors.ts";
import type { Cell } from "../base/units.ts";
import { codeLayout } from "../compiled/code-layout.ts";
import { type Form, KEYWORD, listForm, NIL_FORM, symbolForm, T_FORM } from "../compiled/forms.ts";
import { formText } from "../compiled/show/form-text.ts";
import { functionName } from "../compiled/show/function-facts.ts";
import type { CompiledFile, CompiledItem } from "../compiled/types.ts";
import { PAGE_WORDS } from "../memory/layout.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { propertyListCell, valueCell } from "../objects/symbols.ts";
import { CodeArea, type LinkedFunction } from "./contents/code-area.ts";
import { BOOT_FILES, expressionsOf, FileExpressions } from "./contents/expressions.ts";
import { linkName, NIL_NAME, T_NAME } from "./contents/link-name.ts";
import { ObjectMaker } from "./contents/object-maker.ts";
import { StartValues } from "./contents/start-values.ts";
import { SymbolTable } from "./contents/symbol-table.ts";
import type { LinkedImage } from "./linked-image.ts";
import { errorAt, type LinkPlace, LinkProblem } from "./problem.ts";
import { Books } from "./space/books.ts";
import { type StartFunction, writeInterfacePage } from "./space/first-frame.ts";
import { writePageTable } from "./space/pages.ts";
import { beginStorage, describeTypes, endTables, LAST_VARIABLES } from "./space/tables.ts";

/** A file in the order of linking. */
export interface LinkFile {
  /** Without folder and ending: names the list of its expressions. */
  readonly name: string;
  readonly file: CompiledFile;
}

/** What is set before the first file. */
const BEFORE_FILES: LinkPlace = { file: "the image", offsetBytes: 0, where: "what every image begins with" };
/** Characters of an expression that a message quotes. */
const SHOWN = 80;

export class Linker {
  readonly books = new Books();
  readonly values = new StartValues(BEFORE_FILES);
  readonly symbols: SymbolTable;
  readonly objects: ObjectMaker;
  private readonly code: CodeArea;
  private readonly fileOf = new Map<LinkedFunction, string>();
  private readonly definitions = new Map<string, LinkedFunction>();
  /** Values that are written last, whatever files say, as the cells that they are. */
  private readonly cells = new Map<string, Cell>();
  private readonly system = beginStorage(this.books);
  private deferred = 0;

  constructor() {
    const { books, values } = this;
    this.symbols = new SymbolTable(books, (name) => values.set(name, keyword(name)));
    this.objects = new ObjectMaker(books, this.symbols);
    this.code = new CodeArea(books, this.objects);
    describeTypes(books, this.symbols, this.objects, this.system);
    values.set(NIL_NAME, NIL_FORM);
    values.set(T_NAME, T_FORM);
  }

  /** A value that files cannot change: an object, or the cell itself. @throws {LinkProblem} */
  setConstant(name: string, value: Form | Cell): void {
    this.cells.set(name, typeof value === "number" ? value : this.objects.make(value));
  }

  /**
   * Takes everything in the file into the image.
   *
   * @throws {ImageError} with the file and the expression or function in it
   */
  addFile({ name, file }: LinkFile): void {
    checkFile(file);
    const expressions = new FileExpressions(this.values, name);
    for (const item of file.items) {
      const place = { file: file.name, offsetBytes: item.startByte, where: itemText(item) };
      this.values.place = place;
      this.at(place, () => this.addItem(item, file, expressions));
    }
    if (expressions.deferred.length === 0) return;
    this.deferred += expressions.deferred.length;
    const list = expressionsOf(name);
    this.values.set(linkName(list), listForm(expressions.deferred));
    this.values.addTo(BOOT_FILES, [list]);
  }

  private addItem(item: CompiledItem, file: CompiledFile, expressions: FileExpressions): void {
    if (item.kind === "expression") {
      if (item.form.kind === "list") expressions.add(item.form);
    } else if (item.kind === "definition") {
      const linked = this.code.add(item.function, () => this.symbols.symbol(item.name));
      this.fileOf.set(linked, file.name);
      this.definitions.set(linkName(item.name), linked);
    }
  }

  /**
   * The image begins in this function.
   *
   * @param writeFrame makes the frame in which it runs
   * @throws {LinkProblem} when no file defines it
   */
  startWith(name: string, writeFrame: (memory: VirtualMemory, start: StartFunction) => void): void {
    const { header, startPc, function: each } = this.definition(name);
    const variableCells = 2 * (codeLayout(each).variableQuads + 1);
    writeFrame(this.books.memory, { header, startPc, variableCells });
  }

  private definition(name: string): LinkedFunction {
    const found = this.definitions.get(name);
    if (found !== undefined) return found;
    const known = [...this.definitions.keys()].slice(0, 5).join(", ");
    throw new LinkProblem({
      what: `the function ${name}, with which the image is to start`,
      found: known === "" ? "no function in the files" : `${this.definitions.size} others (${known} …)`,
      expected: "a definition in one of the files",
      advice: "Name a function that they define, package prefix and all",
    });
  }

  /** Whether the symbol exists and has a value by now. */
  hasValue(name: string): boolean {
    return this.values.values.has(name) || this.cells.has(name);
  }

  /**
   * Writes what was collected, and the tables.
   *
   * @throws {LinkProblem} when a value cannot be made
   */
  finish(): LinkedImage {
    const { books, symbols } = this;
    const { memory } = books;
    this.writeContents();
    const end = this.code.close();
    endTables(books, this.system, end);
    for (const name of Object.keys(LAST_VARIABLES)) symbols.intern(name);
    for (const [name, cell] of [...this.cells, ...this.system]) memory.setCell(valueCell(symbols.intern(name)), cell);
    for (const [name, cell] of Object.entries(LAST_VARIABLES)) {
      memory.setCell(valueCell(symbols.intern(name)), cell(books, symbols));
    }
    const typedStart = (books.nextTypedPage + 2) * PAGE_WORDS;
    books.close();
    writeInterfacePage(memory);
    const pages = writePageTable(memory, { symbolPages: symbols.pages, arrayEnd: end.pagesEnd, typedStart });
    return {
      memory,
      pages,
      symbols: [...symbols.names()],
      functions: this.code.functions.map((each) => ({ ...each, file: this.fileOf.get(each) ?? "" })),
      deferred: this.deferred,
    };
  }

  private writeContents(): void {
    const { memory } = this.books;
    const { properties, values } = this.values;
    for (const name of properties.keys()) this.symbols.intern(name);
    for (const [name, list] of properties) {
      const made = this.at(this.values.placeOf(name), () => this.objects.make(listForm(list)));
      memory.setCell(propertyListCell(this.symbols.intern(name)), made);
    }
    // Making a value can make keywords, which have values too: they come to the end of the same list.
    for (const [name, value] of values) {
      const made = this.at(this.values.placeOf(name), () => this.objects.make(value));
      memory.setCell(valueCell(this.symbols.intern(name)), made);
    }
  }

  /** Problems of the work belong to this place. */
  private at<T>(place: LinkPlace, work: () => T): T {
    try {
      return work();
    } catch (problem) {
      throw errorAt(place, problem);
    }
  }
}

const keyword = (name: string): Form => symbolForm(name.slice(1), KEYWORD);

function itemText(item: CompiledItem): string {
  return item.kind === "expression" ? formText(item.form, SHOWN) : `function ${functionName(item.function)}`;
}

/** @throws {ImageError} for a file that is damaged, or of a kind that no image is born with */
function checkFile(file: CompiledFile): void {
  const [problem] = file.problems;
  if (problem !== undefined) {
    const { offsetBytes, where, what, found, expected } = problem;
    throw new ImageError({ file: file.name, offsetBytes, what: `${where}: ${what}`, found, expected });
  }
  if (file.kind === "DFASL") {
    const advice = "Such files call their functions while they are loaded: load it into the booted system";
    const what = "kind of compiled file";
    throw new ImageError({ file: file.name, offsetBytes: 0, what, found: "DFASL", expected: "LCOM", advice });
  }
  const old = file.functions.find(({ obsolete }) => obsolete !== null);
  if (old === undefined) return;
  throw new ImageError({
    file: file.name,
    offsetBytes: old.startByte,
    what: `function ${functionName(old)}`,
    found: old.obsolete ?? "",
    expected: "code for this machine (:D8)",
    advice: "Compile its source again",
  });
}
