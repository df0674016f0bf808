/** Arenas and regions that a program opens: told to the memory manager before the body and behind it, also where control leaves by a jump. */
import { MEMORY } from "../../../isa/memory-operations.ts";
import type { Expression } from "../../analysis/tree.ts";
import type { Destination, FrameCompiler } from "../frame-compiler.ts";

type ArenaExpression = Extract<Expression, { kind: "arena" }>;

export function arena(c: FrameCompiler, expression: ArenaExpression, destination: Destination): void {
  const { emitter } = c;
  const { region, body, range } = expression;
  c.integer(MEMORY.ARENA_ENTER);
  c.constant(region === null ? { kind: "nil" } : { kind: "symbol", name: region });
  c.hostCall("MEMORY", 2);
  emitter.op("POP");
  if (c.openArenas.length === 0) c.highSlot = c.slotMark;
  c.openArenas.push(c.slotMark);
  c.statement(body, "value");
  emitter.at(range, false);
  exitArena(c, c.openArenas.length - 1);
  c.openArenas.pop();
  c.finish(destination);
}

/** Ends the arenas that were opened since `remaining` of them were open; a jump out of them follows. Their forms have no value. */
export function leaveArenas(c: FrameCompiler, remaining: number): void {
  for (let open = c.openArenas.length - 1; open >= remaining; open--) {
    c.emitter.op("'NIL");
    exitArena(c, open);
    c.emitter.op("POP");
  }
}

/** Ends an open arena. The value that leaves it stands on the stack, and stays there. */
function exitArena(c: FrameCompiler, open: number): void {
  // Variables of the body are over, but their slots would still refer into the arena.
  for (let index = c.openArenas[open] as number; index < c.highSlot; index++) {
    c.emitter.op("'NIL");
    c.storeRaw({ place: "local", index });
  }
  c.integer(MEMORY.ARENA_EXIT);
  c.emitter.op("SWAP");
  c.hostCall("MEMORY", 2);
}
