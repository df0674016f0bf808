/** A machine that makes host calls of the reference VM with arguments that a test gives, on an image of our own. */
import type { Cell, Pointer } from "../../../core/base/units.ts";
import { MAIKO_SUBRS, type MaikoSubr } from "../../../core/isa/maiko-subrs.ts";
import { compileProgram } from "../../../core/language/compiler/compile-program.ts";
import { interpreterBlock, ufnHandlers } from "../../../core/language/compiler/handlers.ts";
import { managerFactory } from "../../../core/managers/catalog.ts";
import type { ManagerFactory } from "../../../core/managers/contract.ts";
import { TYPE_FIXP } from "../../../core/memory/layout.ts";
import { stringText } from "../../../core/objects/arrays/strings.ts";
import { buildImage } from "../../../core/vm/image/build-image.ts";
import { makeInteger, makeString } from "../../../core/vm/image/datum.ts";
import type { Machine } from "../../../core/vm/machine.ts";
import { type Ports, quietPorts } from "../../../core/vm/ports.ts";
import type { Registers } from "../../../core/vm/state/machine-state.ts";

export type Argument = string | number | null | true | { readonly pointer: Pointer };

/** Where the instruction of a call is written: the flat memory, which programs that use none leave alone. */
const CODE_WORD = 0x120000;

export class HostCaller {
  readonly machine: Machine;
  private readonly start: Registers;

  constructor(ports: Partial<Ports> = {}) {
    const { program } = compileProgram("(print 1)", "test.cons");
    if (program === null) throw new Error("the program of the host caller does not compile");
    this.machine = buildImage(program, {
      heapMB: 2,
      manager: managerFactory("refcount") as ManagerFactory,
      managerOptions: {},
      ports: { ...quietPorts(), ...ports },
      path: "test.cons",
      handlers: ufnHandlers(),
      interpreter: interpreterBlock(),
    });
    this.machine.boot();
    this.start = { ...this.machine.registers(), pc: 2 * CODE_WORD };
  }

  /** Stands the machine before a call. */
  prepare(subr: MaikoSubr | number, ...args: readonly Argument[]): Machine {
    const { memory } = this.machine;
    const number = typeof subr === "number" ? subr : MAIKO_SUBRS[subr];
    for (const [i, byte] of [0x7d, number, args.length, 0xfe].entries()) memory.setByte(2 * CODE_WORD + i, byte);
    const values = args.map((argument) => this.value(argument));
    for (const [i, value] of values.entries()) memory.setCell(this.start.csp + 2 + 2 * i, value);
    const csp = this.start.csp + 2 * values.length;
    this.machine.setRegisters({ ...this.start, csp, tos: values.at(-1) ?? 0x4c });
    return this.machine;
  }

  /** Top of stack after a call; throws what stopped the machine. */
  call(subr: MaikoSubr | number, ...args: readonly Argument[]): Cell {
    const reason = this.prepare(subr, ...args).stepInstruction();
    if (reason.kind !== "step") throw new Error(JSON.stringify(reason));
    const after = this.machine.registers();
    if (after.pc !== this.start.pc + 3) throw new Error(`the call left PC at ${after.pc - this.start.pc}`);
    if (after.csp !== this.start.csp + 2) throw new Error(`the call left the stack at ${after.csp - this.start.csp}`);
    return after.tos;
  }

  value(argument: Argument): Pointer {
    if (argument === null) return 0;
    if (argument === true) return 0x4c;
    if (typeof argument === "string") return makeString(this.machine, argument);
    return typeof argument === "number" ? makeInteger(this.machine, argument) : argument.pointer;
  }
  /** A box for a number that a call answers. */
  box(value = 0): { readonly pointer: Pointer } {
    const pointer = this.machine.manager.allocate(TYPE_FIXP);
    this.machine.memory.setCell(pointer, value);
    return { pointer };
  }
  boxed(box: { readonly pointer: Pointer }): number {
    return this.machine.memory.signedCell(box.pointer);
  }
  /** A string that calls write into. */
  area(length = 200): { readonly pointer: Pointer } {
    return { pointer: makeString(this.machine, " ".repeat(length)) };
  }
  areaText(area: { readonly pointer: Pointer }, length: number): string {
    return (stringText(this.machine.memory, area.pointer) ?? "").slice(0, length);
  }
}

export const small = (value: number): Pointer => (value >= 0 ? 0xe0000 + value : 0xf0000 + (value & 0xffff));
export const NIL = 0;
export const T = 0x4c;
