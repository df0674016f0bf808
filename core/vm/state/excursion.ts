/** Running the machine without leaving a trace: everything that happens between `begin` and `rollback` is undone. */

import type { ManagerState } from "../../managers/contract.ts";
import { STACK_BASE, STACK_WORDS } from "../../memory/layout.ts";
import type { Machine } from "../machine.ts";
import { type Ports, quietPorts } from "../ports.ts";
import type { MachineState } from "./machine-state.ts";

export class Excursion {
  private readonly machine: Machine;
  private readonly state: MachineState;
  private readonly stack: Uint8Array;
  private readonly managerState: ManagerState;

  private constructor(machine: Machine) {
    this.machine = machine;
    this.state = machine.saveState();
    this.stack = machine.memory.bytes.slice(2 * STACK_BASE, 2 * (STACK_BASE + STACK_WORDS));
    this.managerState = machine.manager.save();
    machine.gate.journals.begin();
  }

  /** @param ports what the machine speaks to meanwhile */
  static begin(machine: Machine, ports: Ports = quietPorts()): Excursion {
    const excursion = new Excursion(machine);
    machine.connect(ports);
    return excursion;
  }

  rollback(): void {
    this.machine.gate.journals.end(true);
    this.machine.memory.bytes.set(this.stack, 2 * STACK_BASE);
    this.machine.manager.restore(this.managerState);
    this.machine.restoreState(this.state);
  }
}
