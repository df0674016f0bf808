/** What a machine is made of, and its state outside memory as plain values. */
import type { ByteAddress, Cell, WordAddress } from "../../base/units.ts";
import type { ManagerFactory, ManagerOptions } from "../../managers/contract.ts";
import type { VirtualMemory } from "../../memory/virtual-memory.ts";
import type { CodeDirectory } from "../../objects/code/code-directory.ts";
import type { CollectionHistory } from "../collections.ts";
import type { MachineEvent, Moment, StopReason } from "../events.ts";
import type { InterruptState } from "../interrupts.ts";
import type { Ports } from "../ports.ts";
import type { SavedHostCalls } from "../subrs/state.ts";

/** Word addresses except `pc`; see instruction specification, section 1.1. */
export interface Registers {
  /** Byte address of the next opcode. */
  readonly pc: ByteAddress;
  readonly func: WordAddress;
  readonly pvar: WordAddress;
  readonly ivar: WordAddress;
  /** Where TOS would be written. */
  readonly csp: WordAddress;
  readonly tos: Cell;
  /** First word behind the free block that the current frame may grow into. */
  readonly esp: WordAddress;
}

export interface MachineParts {
  readonly memory: VirtualMemory;
  readonly ports: Ports;
  readonly manager: ManagerFactory;
  readonly managerOptions: ManagerOptions;
  readonly code: CodeDirectory;
  /**
   * Safepoints between two requests of the clock that drives the image's periodic interrupt and looks for pending ones; null (as when left out): never.
   * The reference VM requests one every 10 ms of its processor's time; here time is counted, so that every run is the same.
   */
  readonly periodicInterrupt?: number | null;
}

/** The machine's state outside memory, for who has to put it back. */
export interface MachineState {
  readonly registers: Registers;
  readonly block: number;
  readonly ended: StopReason | null;
  readonly pending: readonly MachineEvent[];
  readonly collections: CollectionHistory;
  readonly interrupts: InterruptState;
  /** The next safepoint serves a request. */
  readonly cut: boolean;
  /** Without it a breakpoint that was reported before an excursion would be reported again after it. */
  readonly seen: Moment | null;
  readonly ports: Ports;
  readonly hostCalls: SavedHostCalls;
  /** Where storage was full the last time: it is not collected for again at the same moment. */
  readonly lastRoom: Moment;
}

export type Invocation =
  | { readonly kind: "value"; readonly value: Cell }
  | { readonly kind: "stop"; readonly reason: StopReason };
