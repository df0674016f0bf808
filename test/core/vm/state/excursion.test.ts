import { expect, test } from "vitest";
import { Excursion } from "../../../../core/vm/state/excursion.ts";
import { hexBytes, toyMachine } from "../../../support/machine/toy-machine.ts";

test("a breakpoint that was reported before an excursion is not reported again after it", () => {
  // T, POP, T, POP
  const machine = toyMachine({ code: hexBytes("69 BF | 69 BF") });
  const pc = machine.registers().pc;
  machine.setBreakpoints([pc + 2]);
  expect(machine.run(10)).toEqual({ kind: "breakpoint", pc: pc + 2 });
  Excursion.begin(machine).rollback();
  expect(machine.run(0)).not.toEqual({ kind: "breakpoint", pc: pc + 2 });
});
