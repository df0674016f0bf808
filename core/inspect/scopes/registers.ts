/** The registers of the machine, or of the saved frame of an image that does not run. */
import { STACK_BASE } from "../../memory/layout.ts";
import { functionHeader } from "../../objects/code/functions.ts";
import { octalAddress } from "../../objects/pointer-notation.ts";
import type { FrameContext, ImageView } from "../image-view.ts";
import type { InspectNode } from "../node.ts";
import { makeNode } from "../nodes.ts";
import { codeOffset, instructionAt } from "../parts/code.ts";
import { cellNode } from "../values.ts";

export function registersScope(view: ImageView, frame: FrameContext): InspectNode {
  const read = () => [...frameRegisters(view, frame), ...machineRegisters(view)];
  return makeNode("Registers", "", { type: "scope", named: read });
}

function frameRegisters(view: ImageView, frame: FrameContext): InspectNode[] {
  const header = functionHeader(view.memory, frame.header);
  const codeStart = header?.codeStart ?? frame.pc;
  return [
    makeNode(
      "PC",
      `byte ${frame.pc}, code + ${codeOffset(frame.pc - codeStart)}: ${instructionAt(view, frame.pc, codeStart).text}`,
      {
        type: "register",
        address: frame.pc >> 1,
      },
    ),
    wordRegister("FN", frame.header, "function header"),
    wordRegister("FX", STACK_BASE + frame.fx, "frame extension"),
    wordRegister("IVAR", frame.ivar, "first argument"),
    wordRegister("PVAR", frame.pvar, "first local"),
  ];
}

function machineRegisters(view: ImageView): InspectNode[] {
  const { registers } = view;
  if (registers === null) return [];
  return [
    wordRegister("CSP", registers.csp, "where the top of stack would be stored"),
    wordRegister("ESP", registers.esp, "end of the free stack"),
    cellNode(view, "TOS", registers.tos),
  ];
}

function wordRegister(name: string, address: number, meaning: string): InspectNode {
  return makeNode(name, `#${octalAddress(address)} (${meaning})`, { type: "register", address });
}
