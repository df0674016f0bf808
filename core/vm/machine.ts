/**
 * The machine: registers, safepoints, breakpoints, events, collections, and calls from outside. It does nothing on its own: `run` is granted
 * a number of safepoints and answers why it came back. Source: style guide 2.4 (gates), instruction specification, section 3.
 */
import { InternalError, VmFault } from "../base/errors.ts";
import type { ByteAddress, Pointer } from "../base/units.ts";
import { instructionLength } from "../isa/disassembler.ts";
import type { InstructionKind } from "../isa/instruction-kind.ts";
import type { CollectCause, CollectionSteps, MemoryManager } from "../managers/contract.ts";
import { HEAP_EVENT_KINDS, type HeapObserver, silent } from "../managers/events.ts";
import type { VirtualMemory } from "../memory/virtual-memory.ts";
import { type CodeDirectory, siteName } from "../objects/code/code-directory.ts";
import { PREVIEW, printValue } from "../objects/printer.ts";
import { typeNumber } from "../objects/types.ts";
import { Collections, NO_COLLECTION } from "./collections.ts";
import type { EventKind, MachineEvent, Moment, StopReason } from "./events.ts";
import { tellOnce } from "./faults.ts";
import { Breakpoints, type FrameBreakpoints, kindsOf } from "./gates/breakpoints.ts";
import { allObservers, armedObserver } from "./gates/observer.ts";
import { StoreGate } from "./gates/store-gate.ts";
import type { Watch, WatchHit } from "./gates/watch.ts";
import { Watches } from "./gates/watches.ts";
import { execute } from "./interpreter.ts";
import { Interrupts } from "./interrupts.ts";
import { beginInvocation } from "./invocation.ts";
import type { Ports } from "./ports.ts";
import {
  ATTENTION_COLLECT,
  ATTENTION_END,
  ATTENTION_EVENT,
  ATTENTION_RETURNED,
  ATTENTION_ROOM,
  ATTENTION_SAFEPOINT,
  ATTENTION_TRANSFER,
  Processor,
} from "./processor.ts";
import { toldFault } from "./release-report.ts";
import { eachArrangedPointer } from "./stack/arranged.ts";
import { Borrowing } from "./stack/borrowing.ts";
import { firstFrame } from "./stack/first-frame.ts";
import { makeRoomFor } from "./stack/room.ts";
import type { Invocation, MachineParts, MachineState, Registers } from "./state/machine-state.ts";
import { eachRoot } from "./state/roots.ts";

export class Machine {
  readonly memory: VirtualMemory;
  readonly manager: MemoryManager;
  readonly code: CodeDirectory;
  readonly gate: StoreGate;
  private readonly processor: Processor;
  private readonly interrupts: Interrupts;
  private readonly collections: Collections;
  private readonly breakpoints: Breakpoints;
  /** Safepoints passed. */
  private block: number;
  private armed: ReadonlySet<EventKind>;
  /** Looks on, whatever is armed. */
  private watcher: HeapObserver | null;
  private readonly watches: Watches;
  /** Watches count: not while a debugger calls a function. */
  private isWatching: boolean;
  /** The next safepoint serves a request. */
  private cut: boolean;
  /** Instruction that caused the events which are waiting. */
  private site: ByteAddress;
  /** Where storage was full the last time. */
  private lastRoom: Moment = { block: -1, pc: -1, steps: 0 };

  constructor(parts: MachineParts) {
    this.memory = parts.memory;
    this.code = parts.code;
    this.manager = parts.manager.create(
      {
        memory: parts.memory,
        eachStackPointer: (visit) => eachArrangedPointer(this.processor, visit),
        eachRoot: (visit) => eachRoot(parts.memory, (each) => eachArrangedPointer(this.processor, each), visit),
        requestSafepoint: () => this.requestSafepoint(),
        sites: { current: () => this.processor.site, name: (site) => siteName(this.code, site) },
      },
      parts.managerOptions,
    );
    this.processor = new Processor(parts.memory, parts.ports, this.manager);
    this.interrupts = new Interrupts(this.processor, parts.periodicInterrupt ?? null);
    this.collections = new Collections(this.processor, this.interrupts);
    this.gate = new StoreGate(parts.memory, (hit) => this.noteWatchHit(hit));
    this.breakpoints = new Breakpoints(parts.memory.bytes);
    this.block = 0;
    this.armed = new Set();
    this.watcher = null;
    this.watches = new Watches(this.processor, this.manager, this.gate);
    this.isWatching = true;
    this.cut = false;
    this.site = 0;
  }

  get ports(): Ports {
    return this.processor.ports;
  }
  /** The collection that is under way, if any: the next `run` or `stepInstruction` goes on with it. */
  get collection(): CollectionSteps | null {
    return this.collections.steps;
  }
  get counters(): { readonly collections: number } {
    return { collections: this.collections.count };
  }

  /**
   * Starts from the frame that the interface page names.
   * @throws {VmFault} `MemoryError` when no free block follows that frame
   */
  boot(): void {
    const first = firstFrame(this.memory);
    this.interrupts.start();
    this.setRegisters(first);
  }

  registers(): Registers {
    return this.processor.registers();
  }

  /** Also makes a machine that had ended ready to run again. */
  setRegisters(registers: Registers): void {
    const p = this.processor;
    p.setRegisters(registers);
    p.ended = null;
    p.pending.length = 0;
    this.watches.forget();
    this.collections.forgetEnd();
    this.breakpoints.seen = null;
  }

  /** What was to be told at this moment is not told any more, and a breakpoint here counts again, as does what goes wrong here. */
  forgetStops(): void {
    const p = this.processor;
    p.pending.length = 0;
    if (p.ended?.kind === "failed") p.ended = null;
    this.watches.forget();
    this.breakpoints.seen = null;
  }
  /** A breakpoint here does not count: the user knows that the machine stands here. */
  markSeen(): void {
    this.breakpoints.seen = this.moment();
  }
  /** Somebody changed the machine from outside: what comes now is another moment. */
  passIntervention(): void {
    this.block++;
    this.markSeen();
  }

  /** The guest cannot go on; events may still be waiting to be told. */
  get hasFailed(): boolean {
    return this.processor.ended?.kind === "failed";
  }

  moment(): Moment {
    return { block: this.block, pc: this.processor.pc, steps: this.collections.stepsDone };
  }

  /**
   * @param safepoints how many safepoints may pass before the call has to return
   * @param until where it has to return, after what is to be told of the way there; a moment that this run will pass
   */
  run(safepoints: number, until: Moment | null = null): StopReason {
    const reason = this.drive(safepoints, until);
    if (reason === null) throw new InternalError("a function that nobody invoked has returned");
    return reason;
  }

  /** Executes one instruction, or one step of the collection in progress. Breakpoints do not count. */
  stepInstruction(): StopReason {
    const waiting = this.takeStop();
    if (waiting !== null) return waiting;
    if (this.collection !== null) this.stepCollection(this.collection);
    else this.executeWatched();
    this.breakpoints.seen = this.moment();
    return this.takeStop() ?? { kind: "step" };
  }

  setBreakpoints(addresses: Iterable<ByteAddress>, inFrames: FrameBreakpoints | null = null): void {
    this.breakpoints.set(addresses, inFrames);
  }
  /** Stops before every instruction of these kinds, besides. */
  stopAtInstructions(kinds: readonly InstructionKind[]): void {
    this.breakpoints.setKinds(kindsOf(kinds));
  }

  /** Events of these kinds stop the run from now on, and no others. */
  arm(kinds: ReadonlySet<EventKind>): void {
    this.armed = new Set(kinds);
    const isHeapArmed = HEAP_EVENT_KINDS.some((kind) => this.armed.has(kind));
    const reporter = isHeapArmed
      ? armedObserver(
          this.armed,
          (event) => this.raise(event),
          (object) => printValue(this.memory, object, PREVIEW),
          (object) => typeNumber(this.memory, object),
        )
      : silent;
    this.manager.observer = allObservers(this.watcher, this.watches.observer, reporter);
  }

  /** Tells an observer what happens to the heap, besides what is armed. */
  observe(watcher: HeapObserver): void {
    this.watcher = watcher;
    this.arm(this.armed);
  }
  /** The instruction that an allocation belongs to, while an observer is told of it. */
  get allocationSite(): ByteAddress {
    return this.processor.site;
  }

  /** Stops behind what happens to what is watched. In the stack segment a write is seen that changes something. */
  watch(watches: readonly Watch[]): void {
    this.watches.set(watches, (hit) => this.noteWatchHit(hit));
    this.arm(this.armed);
  }

  /** A collection at the next safepoint. */
  requestCollection(cause: CollectCause): void {
    this.collections.request(cause);
    this.requestSafepoint();
  }

  /**
   * Calls a function on top of the stopped machine and puts the machine back to where it stood; what the function did to the heap stays.
   * Breakpoints, armed events and watches do not count meanwhile. When the call cannot be finished it is given up.
   *
   * @param fn closure object or code header
   */
  invoke(fn: Pointer, args: readonly Pointer[], safepoints: number): Invocation {
    const p = this.processor;
    const state = this.saveState();
    const { armed, isWatching, site } = this;
    const breakpoints = this.breakpoints.exchange();
    const kinds = this.breakpoints.setKinds(kindsOf([]));
    const link = p.pvar - 12;
    const savedLink = p.cell(link);
    const depth = p.invoked.length;
    const { borrowing: outer, site: ownSite } = p;
    p.borrowing = new Borrowing();
    this.isWatching = false;
    this.arm(new Set());
    this.collections.restore(NO_COLLECTION);
    p.pending.length = 0;
    p.ended = null;
    try {
      const reason = this.invokeUntilReturn(fn, args, safepoints);
      if (reason !== null) return { kind: "stop", reason };
      return { kind: "value", value: p.tos >>> 0 };
    } finally {
      p.invoked.length = depth;
      p.borrowing.giveBack(this.memory);
      p.borrowing = outer;
      this.memory.view.setInt32(link, savedLink);
      this.breakpoints.exchange(breakpoints);
      this.breakpoints.setKinds(kinds);
      this.isWatching = isWatching;
      this.arm(armed);
      [this.site, p.site] = [site, ownSite];
      this.restoreState(state);
    }
  }

  private invokeUntilReturn(fn: Pointer, args: readonly Pointer[], safepoints: number): StopReason | null {
    try {
      beginInvocation(this.processor, fn, args);
    } catch (problem) {
      this.fail(problem);
    }
    return this.drive(safepoints, null);
  }

  /**
   * A debugger sends control elsewhere: `move` writes the frames and sets the registers. That is a transfer like any other, so it counts as a safepoint;
   * what was waiting to be told, and an end, belong to where the machine stood. Not while a collection is under way.
   * @throws what `move` throws
   */
  redirect(move: (processor: Processor) => void): void {
    move(this.processor);
    this.setRegisters(this.registers());
    this.processor.collected = undefined;
    this.block++;
    this.breakpoints.seen = this.moment();
  }

  /** State outside memory and manager, as plain values. */
  saveState(): MachineState {
    return {
      registers: this.registers(),
      block: this.block,
      ended: this.processor.ended,
      pending: [...this.processor.pending],
      collections: this.collections.saveHistory(),
      interrupts: this.interrupts.save(),
      cut: this.cut,
      seen: this.breakpoints.seen,
      lastRoom: this.lastRoom,
      ports: this.processor.ports,
      hostCalls: this.processor.hostCalls.save(),
    };
  }
  restoreState(state: MachineState): void {
    this.setRegisters(state.registers);
    this.block = state.block;
    this.processor.ended = state.ended;
    this.processor.pending.push(...state.pending);
    this.processor.attention = 0;
    this.collections.restoreHistory(state.collections);
    this.interrupts.restore(state.interrupts);
    this.cut = state.cut;
    this.breakpoints.seen = state.seen;
    this.lastRoom = state.lastRoom;
    this.processor.ports = state.ports;
    this.processor.hostCalls.restore(state.hostCalls);
  }
  /** Exchanges the ports, at a stop. */
  connect(ports: Ports): void {
    this.processor.ports = ports;
  }

  // The driver: everything between two stretches of the fast loop.

  /** Null: the invoked function has returned. */
  private drive(safepoints: number, until: Moment | null): StopReason | null {
    const p = this.processor;
    let remaining = safepoints;
    // A function that a debugger called may have made a collection due.
    let isDue = this.manager.due() !== null;
    for (;;) {
      const waiting = this.takeStop();
      if (waiting !== null) return waiting;
      if (until !== null && this.isAt(until)) return { kind: "slice" };
      if (this.collection !== null) {
        this.stepCollection(this.collection);
        continue;
      }
      const stop = this.breakpoints.nearest(this.block, p.pc, p.pvar >> 1);
      if (stop === p.pc) {
        this.breakpoints.seen = this.moment();
        return { kind: "breakpoint", pc: stop };
      }
      if (remaining <= 0) return { kind: "slice" };
      const isLookingClosely = this.isWatching && !this.watches.close.isEmpty;
      const isLooking = this.cut || isDue || !this.breakpoints.isEmpty;
      isDue = false;
      const grant = isLooking ? 1 : Math.min(remaining, this.interrupts.untilTick(this.block));
      if (isLookingClosely) remaining -= this.executeWatched();
      else if (until === null) remaining -= this.advance(grant, stop);
      else remaining -= this.advance(Math.max(1, Math.min(grant, until.block - this.block)), this.nearer(stop, until));
      if ((p.attention & ATTENTION_RETURNED) !== 0) {
        p.attention = 0;
        return null;
      }
    }
  }

  private isAt(moment: Moment): boolean {
    const { block, pc, steps } = moment;
    return this.block === block && this.processor.pc === pc && this.collections.stepsDone === steps;
  }
  /** A breakpoint or, when that comes first, the end of the way. */
  private nearer(stop: ByteAddress, { block, pc }: Moment): ByteAddress {
    return block === this.block && pc > this.processor.pc && (stop < 0 || pc < stop) ? pc : stop;
  }

  /** One stretch of the fast loop. Returns the safepoints that passed. */
  private advance(grant: number, stop: ByteAddress): number {
    const p = this.processor;
    p.budget = grant;
    p.attention = 0;
    let problem: unknown = null;
    try {
      execute(p, stop);
    } catch (thrown) {
      problem = thrown;
    }
    if ((p.attention & ATTENTION_TRANSFER) !== 0) p.budget--;
    if ((p.attention & ATTENTION_SAFEPOINT) !== 0) this.cut = true;
    const passed = grant - p.budget;
    this.block += passed;
    this.site = p.site;
    if (problem !== null) {
      if (this.makesRoomFor(problem)) return passed;
      this.fail(problem);
    }
    if ((p.attention & ATTENTION_ROOM) !== 0) this.makeRoomToGoOn();
    // The instruction that asked for the end may have changed the heap: behind it is another moment.
    if ((p.attention & ATTENTION_END) !== 0) this.block++;
    if ((p.attention & ATTENTION_END) !== 0) this.collections.beginEpilogue();
    else if ((p.attention & ATTENTION_COLLECT) !== 0) this.collections.beginForHostCall();
    else if (p.budget === 0 || (p.attention & ATTENTION_TRANSFER) !== 0) this.atSafepoint();
    return passed;
  }

  /** A frame that was returned to gets the room that its function asks for, and a cell more. */
  private makeRoomToGoOn(): void {
    const p = this.processor;
    try {
      makeRoomFor(p, this.memory.view.getUint16(p.func) + 2);
    } catch (problem) {
      this.fail(problem);
    }
  }

  private atSafepoint(): void {
    try {
      this.serveSafepoint();
    } catch (problem) {
      this.fail(problem);
    }
  }

  /** An interrupt is a transfer of control like any other: it counts as a safepoint. */
  private serveSafepoint(): void {
    const { interrupts, collections, processor: p } = this;
    const isOwn = p.borrowing === null;
    const isRequest = (isOwn && interrupts.isTick(this.block)) || this.cut;
    this.cut = false;
    this.collections.isTriggered = false;
    const isServing = isRequest && isOwn && !interrupts.isBlocked;
    if (isServing && interrupts.servePeriodic()) this.block++;
    if (collections.atSafepoint()) this.block++;
    else if (isServing && this.collection === null && interrupts.servePending()) this.block++;
    // What could not be served now is a request at the next safepoint.
    if (isRequest) this.cut = collections.isWaiting || (isOwn && interrupts.isPending);
  }

  private executeOne(): number {
    const p = this.processor;
    return this.advance(1, p.pc + instructionLength(this.memory.bytes[p.pc] ?? 0));
  }

  /** One instruction, with a look at what no gate sees. */
  private executeWatched(): number {
    const site = this.processor.pc;
    if (this.watches.close.isEmpty) return this.executeOne();
    this.watches.close.look();
    const passed = this.executeOne();
    this.site = site;
    this.watches.close.compare(site);
    return passed;
  }

  private stepCollection(steps: CollectionSteps): void {
    this.site = this.processor.pc;
    this.watches.close.lookAtCounts();
    try {
      this.collections.step(steps);
    } catch (problem) {
      this.fail(problem);
    }
    this.watches.close.compareCounts();
  }

  /** What is waiting to be told, oldest first. */
  private takeStop(): StopReason | null {
    const event = this.processor.pending.shift();
    if (event !== undefined) return { kind: "event", event, site: this.site };
    const hits = this.watches.take();
    return hits.length > 0 ? { kind: "watch", hits, site: this.site } : this.processor.ended;
  }

  /** Storage was full at an instruction of which nothing has happened: a collection, once, and then the instruction again. */
  private makesRoomFor(problem: unknown): boolean {
    if (!(problem instanceof VmFault) || problem.kind !== "StorageFull") return false;
    const now = this.moment();
    if (this.lastRoom.block === now.block && this.lastRoom.pc === now.pc) return false;
    this.lastRoom = now;
    return this.collections.beginForRoom();
  }
  /** The guest did something wrong: the registers stand before the instruction that did it. */
  private fail(problem: unknown): void {
    const p = this.processor;
    const { fault, event } = toldFault(p, this.code, problem);
    p.site = p.pc;
    this.site = p.pc;
    p.ended = { kind: "failed", event, message: fault.message, site: p.pc };
    if (event !== null && this.armed.has(event.kind)) tellOnce(p.pending, event);
  }

  private raise(event: MachineEvent): void {
    if (event.kind === "gc.trigger") {
      // A countdown may go up and down again before the safepoint that serves it: that is one request.
      if (this.collections.isTriggered) return;
      this.collections.isTriggered = true;
    }
    this.processor.pending.push(event);
    this.processor.attention |= ATTENTION_EVENT;
  }
  private noteWatchHit(hit: WatchHit): void {
    if (!this.isWatching) return;
    this.watches.note(hit);
    this.processor.attention |= ATTENTION_EVENT;
  }
  private requestSafepoint(): void {
    this.cut = true;
    this.processor.attention |= ATTENTION_SAFEPOINT;
  }
}
