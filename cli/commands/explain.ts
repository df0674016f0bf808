/** `conspect explain`: what the lifetime analysis says of each value of a program, and why. */
import {
  analyse,
  type LifetimeTrace,
  lifetimeFacts,
  lifetimeTrace,
  renderTable,
  type TraceFunction,
  type TraceReason,
} from "#core";
import { type Command, EXIT_DONE, parse, singleFile } from "../command.ts";
import { readBytes } from "../compiled/files.ts";
import { refuseErrors } from "../program.ts";

export const explainCommand: Command = {
  name: "explain",
  synopsis: "explain FILE [--json]",
  summary: "say of each value of a program how far it gets, who owns it, where it ends, and why",
  details: `
For each function a table of its variables: escape class (none, argument, return, closure, global), shape
(scalar, tree, dag, cyclic), strategy (owned, counted, stack, arena, component, program), the owner, where
the value ends, and the first reason; then what it allocates: in which arena or region of the program, if it
stands in one, and whose memory it surely gets anew. It is what the manager asap goes by.
`,
  async run(args) {
    const { values, positionals } = parse(args, { json: { type: "boolean" } });
    const file = singleFile(positionals);
    const text = readBytes(file).toString("utf8");
    const analysis = analyse(text);
    refuseErrors(file, text, analysis.diagnostics);
    const trace = lifetimeTrace(lifetimeFacts(analysis));
    const lines = values.json === true ? [JSON.stringify(trace, null, 2)] : traceText(trace);
    process.stdout.write(`${lines.join("\n")}\n`);
    return EXIT_DONE;
  },
};

/** The trace as text: a paragraph for each function that has anything to tell. */
export function traceText(trace: LifetimeTrace): readonly string[] {
  const paragraphs = trace.functions.map(functionText).filter((lines) => lines.length > 0);
  const types = trace.types.map(({ name, line, bound, weak, unclear }) => {
    const back = weak.length === 0 ? "" : `; weak: ${weak.join(", ")}`;
    return [`type ${name}, line ${line}: at most ${bound}${back}`, ...unclear.map((text) => `  ${text}`)];
  });
  const fields = trace.fields.map(({ line, text, why }) => `  line ${line} ${text}: ${why}`);
  const stores = fields.length === 0 ? [] : [["fields of records", ...fields]];
  const elided = trace.elided.map(({ line, why }) => `  line ${line}: ${why}`);
  const last = elided.length === 0 ? [] : [["counts left out", ...elided]];
  return [...paragraphs, ...types, ...stores, ...last].flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function functionText(traced: TraceFunction): readonly string[] {
  const { name, line, parameters, result, variables, allocations } = traced;
  if (variables.length === 0 && allocations.length === 0) return [];
  const taken = parameters.map((parameter) => ` ${parameter.name} ${parameter.mode}`).join(",");
  const title = `${name}, line ${line}:${taken === "" ? "" : `${taken};`} result ${result}`;
  const rows = variables.map((variable) => [
    variable.name,
    variable.escape,
    variable.shape,
    variable.strategy,
    variable.isOwner ? "owner" : variable.owners.length > 0 ? `borrows ${variable.owners.join(", ")}` : "",
    variable.ends.map(endText).join("; "),
    reasonText(variable.because),
  ]);
  const made = allocations.map(({ line: at, text, strategy, reuses, shape, escape: reach, because }) => {
    const place = reuses === null ? strategy : `${strategy}, reuses ${reuses}`;
    return [`${at}`, text, reach, shape, place, reasonText(because)];
  });
  return [
    title,
    ...(rows.length === 0
      ? []
      : indented(renderTable(["variable", "escape", "shape", "strategy", "owner", "ends", "why"], rows))),
    ...(made.length === 0
      ? []
      : indented(renderTable(["line", "allocates", "escape", "shape", "strategy", "why"], made))),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function endText({ line, text, why }: TraceReason): string {
  return `line ${line} ${text} ${why}`;
}

function reasonText(because: readonly TraceReason[]): string {
  const [first] = because;
  return first === undefined ? "" : `${first.why} (line ${first.line})`;
}
