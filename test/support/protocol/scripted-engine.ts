/** A program under debug that plays a script of stops: for tests of the adapter that need no machine. */
import type { Engine, LoadEngine } from "../../../adapter/program/engine.ts";
import {
  type EventKind,
  type FrameView,
  type IndexSteps,
  type InspectNode,
  type InstructionKind,
  type LineColumn,
  type Motion,
  type Place,
  type RegionUsage,
  type StopReason,
  VmFault,
  type Watch,
} from "../../../core/index.ts";
import type { Measurements } from "../../../core/wire/index.ts";

export function place(line: number, pc: number, functionName = "main"): Place {
  const position = { line, column: 2, endLine: line, endColumn: 9 };
  return { pc, functionName, path: "/work/program.cons", start: 0, end: 7, ...position };
}
export function leaf(name: string, value: string, more: Partial<InspectNode> = {}): InspectNode {
  return {
    name,
    value,
    valueIn: () => value,
    whole: () => value,
    type: null,
    pointer: null,
    address: null,
    slot: null,
    expression: null,
    namedCount: 0,
    indexedCount: 0,
    isExpensive: false,
    prepare: null,
    named: () => [],
    indexed: () => [],
    ...more,
  };
}
/** A node with `count` numbered children. */
export function sequence(name: string, count: number): InspectNode {
  const indexed = (start: number, wanted: number) =>
    Array.from({ length: wanted }, (_, i) => leaf(`[${start + i}]`, `${(start + i) * 10}`));
  return leaf(name, `${count} elements`, { indexedCount: count, indexed });
}

const FRAME: FrameView = { frame: 100, functionName: "main", pc: 0x1000, place: place(3, 0x1000), isSubtle: false };
const LIBRARY_FRAME: FrameView = { frame: 50, functionName: "append", pc: 0x2002, place: null, isSubtle: true };

export class ScriptedEngine implements Engine {
  readonly source = { path: "/work/program.cons", text: "(display 1)\n" };
  /** Answers of `run`, one a call; when they are used up the program is finished. */
  script: StopReason[];
  /** Names with the value of the condition that is written with them; others fail. */
  readonly truths = new Map<string, boolean>();
  readonly history = null;
  breakpoints = new Set<number>();
  kinds: readonly InstructionKind[] = [];
  armed: ReadonlySet<EventKind> = new Set();
  watched: readonly Watch[] = [];
  view(): never {
    throw new Error("a scripted engine has no memory");
  }
  /** Its only global variable is `x`. */
  readonly lookouts: Engine["lookouts"] = {
    verify: (plan) => {
      this.steps.push(`verify ${plan}`);
    },
    whyNever: (kind) => (kind === "refcount.zero" ? "nothing is counted here" : null),
    hasFailed: () => this.script[0]?.kind === "failed",
    isInOwnText: () => true,
    tryCollection: () => "a scripted engine has no memory",
  };
  readonly watching: Engine["watching"] = {
    cellOf: (slot) => ("address" in slot ? slot.address : 0),
    globalAt: (cell) => (cell === 0x2000 ? "x" : null),
    global: (name) => (name === "x" ? 0x2000 : null),
    objectBytes: () => 4,
    whyUncounted: () => null,
    fields: () => new Map(),
    text: ({ access }) => access,
  };
  readonly branching: Engine["branching"] = {
    list: () => null,
    goTo: () => null,
    drop: () => false,
    takeLost: () => [],
    isTrying: false,
    begin: () => "a scripted engine has no memory",
    keep: () => false,
    discard: () => null,
  };
  readonly bytes = new Uint8Array(1024);
  steps: string[] = [];
  /** Steps that the scope "Heap" needs before it is opened; each is one call of `onStep`. */
  preparation = 0;
  onStep: () => void = () => {};
  /** What `measurements` answers. */
  measured: Measurements | null = null;
  runs = 0;

  constructor(script: StopReason[] = []) {
    this.script = script;
  }
  start(): void {}
  placesOnLine(line: number): readonly Place[] {
    return line < 10 ? [place(line, 0x1000 + line)] : [];
  }
  placesBetween(from: LineColumn, to: LineColumn): readonly Place[] {
    return [1, 2, 3].filter((line) => line >= from.line && line <= to.line).map((line) => place(line, 0x1000 + line));
  }
  functionEntries(name: string): readonly Place[] {
    return name === "main" ? [place(1, 0x1001)] : [];
  }
  moment() {
    return { block: this.runs, pc: 0x1000, steps: 0 };
  }
  placeAt(): Place | null {
    return null;
  }
  setBreakpoints(pcs: Iterable<number>, kinds: readonly InstructionKind[] = []): void {
    this.breakpoints = new Set(pcs);
    this.kinds = kinds;
  }
  arm(kinds: ReadonlySet<EventKind>): void {
    this.armed = kinds;
  }
  watch(watches: readonly Watch[]): void {
    this.watched = watches;
  }
  continue(): Motion {
    return this.motion();
  }
  toStep(step: number): Motion {
    this.steps.push(`to step ${step}`);
    return this.motion();
  }
  record(): void {}
  extent(): null {
    return null;
  }
  reverseContinue(): null {
    return null;
  }
  stepBack(): null {
    return null;
  }
  goTo(): null {
    return null;
  }
  findCulprit(): null {
    return null;
  }
  measure(): void {
    this.steps.push("measure");
  }
  measurements(): Measurements | null {
    return this.measured;
  }
  step(kind: string, granularity: string): Motion {
    this.steps.push(`${kind} ${granularity}`);
    return this.motion();
  }
  takeStateOf(): string | null {
    return null;
  }
  callTargets(frame: number) {
    return frame === FRAME.frame ? [{ pc: 0x1004, functionName: "main", place: place(3, 0x1004) }] : [];
  }
  stepInto({ pc }: { readonly pc: number }): Motion {
    this.steps.push(`into ${pc}`);
    return this.motion();
  }
  jumpTargets(line: number) {
    return this.placesOnLine(line).map((found) => ({ place: found, problem: this.jumpProblem(found.pc) }));
  }
  jumpProblem(pc: number): string | null {
    return pc < 0x1005 ? null : "it is too far";
  }
  jump(pc: number): string | null {
    this.steps.push(`jump ${pc}`);
    return this.jumpProblem(pc);
  }
  restartFrame(frame: number): string | null {
    this.steps.push(`restart ${frame}`);
    return frame === FRAME.frame ? null : "it is not the one";
  }
  private motion(): Motion {
    return {
      run: () => {
        this.runs++;
        return this.script.shift() ?? { kind: "finished", status: 0 };
      },
    };
  }
  threads() {
    return [{ id: 1, name: "main" }];
  }
  stack(start: number, count: number) {
    const all = [FRAME, LIBRARY_FRAME];
    return { frames: all.slice(start, start + count), total: all.length };
  }
  regions(): readonly RegionUsage[] {
    const region = { name: "HEAP", start: 0x100, words: 0x100, purpose: "objects" };
    return [{ region, usedWords: 2 * this.runs, freeWords: null, detail: "" }];
  }
  declarationOf(): null {
    return null;
  }
  originOf(): null {
    return null;
  }
  parameters(): readonly InspectNode[] {
    return [leaf("n", "12", { type: "SMALLP" })];
  }
  scopes(): readonly InspectNode[] {
    const x = leaf("x", "7", { type: "SMALLP", slot: { kind: "stack", address: 0x10020 }, expression: "x" });
    const list = sequence("xs", 3000);
    const heap = leaf("Heap", "", {
      prepare: () => this.prepared(),
      namedCount: 1,
      named: () => [leaf("objects", "7")],
    });
    return [leaf("Locals", "", { namedCount: 2, named: () => [x, list] }), heap];
  }
  private *prepared(): IndexSteps<void> {
    for (let done = 0; done < this.preparation; done++) {
      this.onStep();
      yield { phase: "references", done, total: this.preparation };
    }
  }
  evaluate(text: string) {
    if (text === "bad") return { kind: "failed" as const, message: "variable bad has no value" };
    return { kind: "value" as const, node: leaf(text, `<${text}>`), value: 0, output: "" };
  }
  condition(text: string) {
    const truth = this.truths.get(text);
    if (truth === undefined) return { kind: "failed" as const, message: `variable ${text} has no value` };
    return { kind: truth ? ("true" as const) : ("false" as const) };
  }
  assign(_slot: unknown, text: string) {
    return this.evaluate(text);
  }
  place(text: string) {
    return this.evaluate(text);
  }
  assignPlace(_place: string, text: string) {
    return this.evaluate(text);
  }
  completions() {
    return [
      { label: "display", detail: "function", kind: "function" as const, rank: 0, call: null, start: 1, length: 2 },
    ];
  }
  exceptionReport(stop: StopReason) {
    return { title: `report of ${stop.kind}`, text: "line one\nline two" };
  }
  eventFields(): ReadonlyMap<string, number | string> {
    return new Map();
  }
  readBytes(address: number, count: number): Uint8Array {
    return this.bytes.slice(Math.min(address, 1024), Math.min(address + count, 1024));
  }
  missingBytes(address: number, count: number): number {
    return Math.max(0, address + count - Math.max(address, 1024));
  }
  /** Its last 256 bytes can be read, but not written. */
  writeBytes(address: number, bytes: Uint8Array): void {
    if (address + bytes.length > 768) throw new VmFault("PageMappingFailed", "no page", Math.max(address, 768) / 2);
    this.bytes.set(bytes, address);
  }
  disassemble(pc: number, offset: number, count: number) {
    return Array.from({ length: count }, (_, row) => {
      const address = pc + (offset + row) * 2;
      const isCode = address >= 0x2000 && address < 0x2010;
      return { address, bytes: isCode ? "64" : "", text: isCode ? "ARG0" : "(no code)", place: null, symbol: null };
    });
  }
  status() {
    return { manager: "scripted", collections: 0, usedBytes: 0, freeBytes: 0 };
  }
  saveTo<T>(write: (pieces: Iterable<Uint8Array>) => T): T {
    return write([this.bytes]);
  }
  digest(): string {
    return "0";
  }
}

export function loadScripted(engine: ScriptedEngine): LoadEngine {
  return () => ({ engine, diagnostics: [] });
}
