/** `conspect compare`: one program under every manager, side by side. */
import { MANAGERS, renderTable } from "#core";
import { type Command, EXIT_DONE, EXIT_FOUND, numberOption, parse, singleFile } from "../command.ts";
import { HEAP_LIMITS, loadProgram, processPorts } from "../program.ts";
import { figures, runToEnd } from "./run.ts";

export const compareCommand: Command = {
  name: "compare",
  synopsis: "compare FILE [--heap MB] [--json]",
  summary: "run a program under every memory manager; one table",
  async run(args) {
    const { values, positionals } = parse(args, { heap: { type: "string" }, json: { type: "boolean" } });
    const file = singleFile(positionals);
    const heapMB = numberOption("heap", values.heap, HEAP_LIMITS);
    const runs = MANAGERS.map(({ traits: { name: manager } }) => {
      let output = "";
      const ports = processPorts((text) => {
        output += text;
      });
      const debuggee = loadProgram(file, { manager, managerOptions: {}, heapMB, args: [], ports });
      const result = runToEnd(debuggee);
      return {
        manager,
        output,
        result,
        figures: [...figures(debuggee, result), ["ends with", ending(result.stop)] as const],
      };
    });
    const labels = (runs[0]?.figures ?? []).map(([label]) => label);
    const rows = labels.map((label, i) => [label, ...runs.map((run) => run.figures[i]?.[1] ?? "")]);
    const outputs = runs.map(({ manager, output }) => ({ manager, lines: output.split("\n") }));
    const json = Object.fromEntries(runs.map((run) => [run.manager, Object.fromEntries(run.figures)]));
    const text = [...renderTable(["", ...runs.map(({ manager }) => manager)], rows), "", ...differences(outputs)].join(
      "\n",
    );
    process.stdout.write(`${values.json === true ? JSON.stringify(json, null, 2) : text}\n`);
    return runs.every(({ result }) => result.stop.kind === "finished") ? EXIT_DONE : EXIT_FOUND;
  },
};

function ending(stop: { readonly kind: string; readonly message?: string }): string {
  return stop.kind === "finished" ? "program end" : (stop.message ?? stop.kind);
}

/** The lines that not all managers printed alike: the program asked about its own memory. */
function differences(outputs: readonly { readonly manager: string; readonly lines: readonly string[] }[]): string[] {
  const count = Math.max(0, ...outputs.map(({ lines }) => lines.length));
  const found: string[] = [];
  for (let line = 0; line < count; line++) {
    if (new Set(outputs.map(({ lines }) => lines[line])).size === 1) continue;
    found.push(
      `output line ${line + 1}: ${outputs.map(({ manager, lines }) => `${lines[line] ?? "(nothing)"} under ${manager}`).join(", ")}`,
    );
  }
  return found.length === 0 ? ["The output is the same under all of them."] : found;
}
