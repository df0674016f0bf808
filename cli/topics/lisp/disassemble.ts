/** `disassemble`: the listing of one function. */
import {
  addressAdvice,
  addressText,
  argumentsText,
  type CodeObject,
  codeAround,
  codeNamed,
  definedCode,
  eachCode,
  type HeapMap,
  type ImageView,
  listing,
  mapHeap,
  nearestName,
  parseAddress,
} from "#core";
import { UsageError } from "../../command.ts";
import { factLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const disassembleTopic: Topic = {
  name: "disassemble",
  synopsis: "disassemble NAME|ADDRESS",
  summary: "the listing of a function, by its name or by an address in it (57,12340 or 0x2F14E0)",
  run({ image: { view }, args, progress }) {
    const [wanted, ...more] = args;
    if (wanted === undefined || more.length > 0) throw new UsageError("expected one name or address of a function");
    progress("looking for the function");
    const { code, others } = findCode(view, mapHeap(view), wanted);
    const listed = listing(view, code.pointer, code.sizeWords);
    if (listed === null) throw new UsageError(`${wanted}: its function header lies outside the image`);
    const { header, instructions, problem } = listed;
    function* lines(): Generator<string> {
      const facts: (readonly [string, string])[] = [
        [
          "function",
          `${code.name === "" ? "(no name)" : code.name} at ${addressText(code.pointer)}, ${sizeText(code)}`,
        ],
        ["arguments", [argumentsText(header), ...(listed?.arguments ?? [])].join(" ")],
        ["locals", (listed?.locals ?? []).join(" ")],
        ["free variables", (listed?.freeVariables ?? []).join(" ")],
        ["debugging", listed?.debugging ?? ""],
        [
          "start pc",
          `${header.startPc} (octal ${header.startPc.toString(8)}); offsets below count from there, in octal`,
        ],
        ["same name", others.map(({ pointer }) => addressText(pointer)).join(" ")],
      ];
      yield* factLines(facts.filter(([, text]) => text !== ""));
      yield "";
      const width = Math.max(0, ...instructions.map(({ bytes }) => bytes.length));
      for (const { offset, bytes, text, isTarget, frames } of instructions) {
        const mark = frames.length > 0 ? ">" : isTarget ? ":" : " ";
        const where =
          frames.length === 0 ? "" : `    ← ${frames.slice(0, 3).join(", ")}${frames.length > 3 ? " …" : ""}`;
        yield `${mark} ${offset.toString(8).padStart(4, "0")}  ${bytes.padEnd(width)}  ${text}${where}`;
      }
      if (problem !== null) yield `\nWRONG: ${problem}`;
    }
    return lazyAnswer(lines, () => ({
      name: code.name,
      address: addressText(code.pointer),
      kind: code.kind,
      sizeWords: code.sizeWords,
      startPc: header.startPc,
      argumentType: header.argumentType,
      argumentCount: header.argumentCount,
      isClosure: header.isClosure,
      arguments: listed.arguments,
      locals: listed.locals,
      freeVariables: listed.freeVariables,
      debugging: listed.debugging,
      instructions: instructions.map(({ offset, bytes, text, isTarget, frames }) => ({
        offset,
        bytes,
        text,
        isTarget,
        frames,
      })),
      problem,
      sameName: others.map(({ pointer }) => addressText(pointer)),
    }));
  },
};

function sizeText({ kind, sizeWords }: CodeObject): string {
  return sizeWords === null ? `${kind}: the heap shows no code there` : `${kind} of ${sizeWords} words`;
}

/** @throws {UsageError} when there is no such function */
function findCode(view: ImageView, map: HeapMap, wanted: string): { code: CodeObject; others: readonly CodeObject[] } {
  const address = parseAddress(wanted);
  const inside = address === null ? null : codeAround(map, address);
  if (inside !== null) return { code: inside, others: [] };
  if (address !== null) throw new UsageError(`there is no compiled code at ${wanted}`);
  const defined = definedCode(view, map, wanted);
  const named = codeNamed(map, wanted);
  const code = defined ?? named[0];
  if (code !== undefined) return { code, others: named.filter(({ pointer }) => pointer !== code.pointer) };
  const known = new Set<string>();
  eachCode(map, ({ name }) => known.add(name));
  const upper = wanted.toUpperCase();
  const near = known.has(upper) ? upper : nearestName(wanted, [...known]);
  const advice = near === null ? addressAdvice(wanted) : `; did you mean ${near}?`;
  throw new UsageError(`there is no function ${wanted === "" ? "without a name" : wanted}${advice}`);
}
