/** `disassemble`: the listing of one function of a compiled file. */
import { type CompiledFunction, compiledListing, formText, functionName, octalOffset, signature } from "#core";
import { UsageError } from "../command.ts";
import { factLines } from "../topics/image/layout.ts";
import { lazyAnswer } from "../topics/topic.ts";
import { type CompiledTopic, functionCalled } from "./topic.ts";

export const disassembleTopic: CompiledTopic = {
  name: "disassemble",
  synopsis: "disassemble NAME",
  summary: "the listing of a function, and of others of the same name",
  run(file, args) {
    const [wanted, ...more] = args;
    if (wanted === undefined || more.length > 0) throw new UsageError("expected one name of a function");
    const found = functionCalled(file, wanted);
    return lazyAnswer(
      () => found.flatMap((each, i) => [...(i > 0 ? [""] : []), ...lines(each)]),
      () => found.map(json),
    );
  },
};

const names = (each: CompiledFunction, kind: "local" | "free"): string =>
  each.names
    .filter((variable) => variable.kind === kind)
    .map(({ index, name }) => `${index}: ${formText(name)}`)
    .join(", ");

function* lines(each: CompiledFunction): Generator<string> {
  const facts: (readonly [string, string])[] = [
    ["function", `${functionName(each)}, byte ${each.startByte} of the file`],
    ["frame name", each.name === each.frameName ? "" : formText(each.frameName)],
    ["arguments", signature(each)],
    ["locals", `${each.localCount} ${names(each, "local")}`.trim()],
    ["free variables", names(each, "free")],
    ["debugging", each.debugInfo === null ? "" : formText(each.debugInfo)],
    ["refused", each.obsolete ?? ""],
  ];
  yield* factLines(facts.filter(([, text]) => text !== ""));
  yield "";
  const instructions = compiledListing(each);
  const width = Math.max(0, ...instructions.map(({ bytes }) => bytes.length));
  for (const { offset, bytes, text, isTarget } of instructions) {
    yield `${isTarget ? ":" : " "} ${octalOffset(offset)}  ${bytes.padEnd(width)}  ${text}`;
  }
}

function json(each: CompiledFunction): unknown {
  return {
    name: functionName(each),
    frameName: formText(each.frameName),
    arguments: signature(each),
    argumentCount: each.argumentCount,
    argumentType: each.argumentType,
    locals: each.localCount,
    names: each.names.map(({ kind, index, name }) => ({ kind, index, name: formText(name) })),
    localArguments: each.localArguments.map(({ index, name }) => ({ index, name: formText(name) })),
    isClosure: each.isClosure,
    debugInfo: each.debugInfo === null ? null : formText(each.debugInfo),
    startByte: each.startByte,
    endByte: each.endByte,
    codeByte: each.codeByte,
    codeBytes: each.code.length,
    obsolete: each.obsolete,
    fixups: each.fixups.map(({ group, offset, value }) => ({ group, offset, value: formText(value) })),
    instructions: compiledListing(each),
  };
}
