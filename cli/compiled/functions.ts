/** `functions`: the functions of a compiled file, with their arguments. */
import { functionName, signature } from "#core";
import { parse } from "../command.ts";
import { clipped, moreLines, PAGE_OPTIONS, pageOf, singleArgument, tableLines } from "../topics/image/layout.ts";
import { lazyAnswer } from "../topics/topic.ts";
import { type CompiledTopic, functionsNamed } from "./topic.ts";

export const functionsTopic: CompiledTopic = {
  name: "functions",
  synopsis: "functions [PATTERN] [--from N] [--count N]",
  summary: "functions: arguments, size of the code, variables, literals",
  run(file, args) {
    const { values, positionals } = parse(args, PAGE_OPTIONS);
    const page = pageOf(values);
    const all = functionsNamed(file, singleArgument(positionals));
    const shown = all.slice(page.from, page.from + page.count);
    const called = new Set(file.items.map((item) => (item.kind === "call" ? item.function : null)));
    const records = shown.map((each) => ({
      name: functionName(each),
      role: called.has(each)
        ? "top-level form"
        : each.name !== null
          ? "definition"
          : each.isClosure
            ? "closure"
            : "inner",
      arguments: signature(each),
      codeBytes: each.code.length,
      locals: each.localCount,
      freeVariables: each.names.filter(({ kind }) => kind === "free").map(({ name }) => name.name),
      literals: each.fixups.filter(({ group }) => group === "literal").length,
      startByte: each.startByte,
      obsolete: each.obsolete,
    }));
    function* rows(): Generator<readonly string[]> {
      for (const { name, role, arguments: taken, codeBytes, locals, freeVariables, literals } of records) {
        yield [
          name,
          clipped(taken),
          String(codeBytes),
          String(locals),
          String(literals),
          clipped(freeVariables.join(" ")),
          role === "definition" ? "" : role,
        ];
      }
    }
    function* lines(): Generator<string> {
      if (all.length === 0) yield "no functions";
      else yield* tableLines(["function", "arguments", "bytes", "locals", "literals", "free variables", ""], rows());
      yield* moreLines(page, all.length, "functions");
    }
    return lazyAnswer(lines, () => ({ total: all.length, from: page.from, functions: records }));
  },
};
