import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Context } from "../../context.ts";
import { errors } from "../../errors.ts";
import { isSameFile } from "../../inventory/sources.ts";
import { oneLine } from "../../presentation/convert.ts";
import { byteReference } from "../../presentation/memory-references.ts";
import type { Engine } from "../../program/engine.ts";
import { checkField, type Request } from "../request.ts";

/**
 * Forms of the running function on a line, or the instruction on a line of a listing, to which control can be sent. When it can be sent to none of them,
 * the answer is why. The id of a target is the address of its first instruction.
 */
export const gotoTargets: Request<DebugProtocol.GotoTargetsArguments> = {
  command: "gotoTargets",
  expects: { source: "object", line: "number", column: "number?" },
  capabilities: { supportsGotoTargetsRequest: true },
  handle(context, args) {
    const engine = context.stoppedEngine(this.command);
    checkField(this.command, "source.path", "text?", args.source.path);
    checkField(this.command, "source.sourceReference", "number?", args.source.sourceReference);
    const reference = args.source.sourceReference ?? 0;
    const targets = reference > 0 ? inListing(context, engine, args, reference) : inText(context, engine, args);
    return { targets };
  },
};

function inText(context: Context, engine: Engine, { source, line, column }: DebugProtocol.GotoTargetsArguments) {
  const path = context.sources.pathFromClient(source.path ?? source.name ?? "");
  const isHere = engine.source !== null && isSameFile(engine.source.path, path);
  const all = isHere ? engine.jumpTargets(context.positions.lineFromClient(line)) : [];
  const [first] = all;
  if (first === undefined) throw errors.noFormOnLine(line);
  const open = all.filter(({ problem }) => problem === null);
  if (open.length === 0) throw errors.cannotGo(first.problem ?? "");
  const wanted = column === undefined ? 0 : context.positions.columnFromClient(column);
  // The form at the cursor comes first, for clients that take the first.
  const distance = (start: number) => Math.abs(start - wanted);
  return [...open]
    .sort((a, b) => distance(a.place.column) - distance(b.place.column))
    .map(({ place }) => ({
      id: place.pc,
      label: oneLine(engine.source?.text.slice(place.start, place.end) ?? place.functionName),
      instructionPointerReference: byteReference(place.pc),
      ...context.positions.range(place),
    }));
}

function inListing(context: Context, engine: Engine, { line }: DebugProtocol.GotoTargetsArguments, reference: number) {
  const pc = context.sources.listing(reference).addresses[context.positions.lineFromClient(line)];
  if (pc === undefined) throw errors.noFormOnLine(line);
  const problem = engine.jumpProblem(pc);
  if (problem !== null) throw errors.cannotGo(problem);
  const label = engine.disassemble(pc, 0, 1)[0]?.text ?? byteReference(pc);
  return [{ id: pc, label, line, instructionPointerReference: byteReference(pc) }];
}
