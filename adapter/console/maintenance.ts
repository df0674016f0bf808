/** Commands that a maintainer of the machine knows from URaid: stack and memory. The letters and what they show are URaid's, the words are ours. */
import { accessChain, hex, isSymbol, packageNames, parseAddress, symbolFacts, valueText } from "#core";
import { errors } from "../errors.ts";
import { askedByText } from "../history/asked.ts";
import type { Call, Command } from "./command.ts";

const COMMAND = "evaluate";
const MOST_FRAMES = 100;
const USUAL_WORDS = 16;
const MOST_WORDS = 4096;
const WORDS_A_LINE = 8;

export const MAINTENANCE_COMMANDS: readonly Command[] = [
  { name: "l", takes: "", help: "the stack, innermost frame first, with the numbers that f takes", run: backtrace },
  {
    name: "f",
    takes: "NUMBER",
    help: "a frame of the stack: function, program counter, what it was called with",
    run: frame,
  },
  {
    name: "k",
    takes: "a|c",
    help: "the stack along one kind of links: a the access links (free variables), c the control links (returns)",
    run: links,
  },
  { name: "w", takes: "", help: "the function that runs, and its program counter", run: where },
  { name: "M", takes: "", help: "the registers of the machine", run: registers },
  { name: "a", takes: "SYMBOL", help: "the value of a symbol", run: (call) => evaluated(call, call.rest) },
  { name: "p", takes: "SYMBOL", help: "the property list of a symbol", run: properties },
  {
    name: "d",
    takes: "SYMBOL",
    help: "the functions of a name: first instruction, and line of the text",
    run: definition,
  },
  { name: "t", takes: "EXPR", help: "type and printed form of an object, or of what is at an address", run: typed },
  { name: "x", takes: "ADDRESS [WORDS]", help: "words of memory in hexadecimal, 16 unless told", run: dump },
];

function backtrace({ context }: Call): string {
  const { frames, total } = context.stoppedSubject(COMMAND).stack(0, MOST_FRAMES);
  const lines = frames.map(({ functionName, pc, place }, i) => {
    const line = place === null ? "" : `   line ${place.line + 1}`;
    return `${String(i).padStart(4)}  ${functionName}   pc ${hex(pc)}${line}`;
  });
  if (total > frames.length) lines.push(`… and ${total - frames.length} more`);
  return lines.join("\n");
}

function links(call: Call): string {
  if (call.rest === "c") return backtrace(call);
  if (call.rest !== "a")
    throw errors.badCommand(`k takes a, for access links, or c, for control links, not "${call.rest}"`);
  return accessChain(call.context.stoppedEngine(COMMAND).view(), MOST_FRAMES)
    .map(({ name, context: { pc, fx } }, i) => `${String(i).padStart(4)}  ${name}   pc ${hex(pc)}   frame ${hex(fx)}`)
    .join("\n");
}

function registers({ context }: Call): string {
  const { registers: found } = context.stoppedEngine(COMMAND).view();
  if (found === null) return "nothing runs";
  const names = ["tos", "csp", "pvar", "ivar", "pc"] as const;
  return names.map((name) => `${name.toUpperCase().padEnd(4)}  ${hex(found[name] >>> 0)}`).join("\n");
}

function properties({ context, rest, frame: inner }: Call): string {
  const engine = context.stoppedEngine(COMMAND);
  const quoted = engine.evaluate(`'${rest}`, inner, "peek");
  const symbol = quoted.kind === "value" ? quoted.value : null;
  const view = engine.view();
  if (symbol === null || !isSymbol(view.memory, symbol)) throw errors.badCommand(`p takes a symbol, not "${rest}"`);
  return symbolFacts(view, packageNames(view.memory), symbol).propertyList ?? "NIL";
}

function frame({ context, rest }: Call): string {
  const subject = context.stoppedSubject(COMMAND);
  const number = /^\d{1,9}$/.test(rest) ? Number(rest) : -1;
  const [found] = number < 0 ? [] : subject.stack(number, 1).frames;
  if (found === undefined) throw errors.badCommand(`f takes the number of a frame that "l" shows, not "${rest}"`);
  const arguments_ = subject.parameters(found.frame).map(({ name, value }) => `  ${name} = ${value}`);
  return [`${number}  ${found.functionName}   pc ${hex(found.pc)}   frame ${hex(found.frame)}`, ...arguments_].join(
    "\n",
  );
}

function where({ context }: Call): string {
  const [running] = context.stoppedSubject(COMMAND).stack(0, 1).frames;
  return running === undefined ? "nothing runs" : `${running.functionName}   pc ${hex(running.pc)}`;
}

function evaluated({ context, frame: inner }: Call, text: string): string {
  const result = context.stoppedSubject(COMMAND).evaluate(text, inner, "peek");
  if (result.kind === "value") return result.node.value;
  throw errors.badCommand(result.kind === "failed" ? result.message : `${text} is no name that has one`);
}

function definition({ context, rest }: Call): string {
  const entries = context.stoppedEngine(COMMAND).functionEntries(rest);
  if (entries.length === 0) throw errors.badCommand(`there is no function ${rest}`);
  const lines = entries.map(({ functionName, pc, path, line }) => {
    return `${functionName}   pc ${hex(pc)}${path === null ? "" : `   ${path}:${line + 1}`}`;
  });
  return lines.join("\n");
}

function typed({ context, rest, frame: inner }: Call): string {
  const engine = context.stoppedEngine(COMMAND);
  const { object } = askedByText(context, COMMAND, rest, inner);
  if (object === null) return evaluated({ context, rest, frame: inner }, rest);
  const view = engine.view();
  return valueText(view, object);
}

function dump({ context, rest }: Call): string {
  const [place = "", count = String(USUAL_WORDS)] = rest.split(/\s+/);
  const address = parseAddress(place);
  if (address === null || !/^\d{1,6}$/.test(count)) {
    throw errors.badCommand(`x takes an address, 57,12340 or 0x2F14E0, and a number of words, not "${rest}"`);
  }
  const words = Math.min(Math.max(1, Number(count)), MOST_WORDS);
  const bytes = context.stoppedSubject(COMMAND).readBytes(2 * address, 2 * words);
  const lines: string[] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2 * WORDS_A_LINE) {
    const row = bytes.subarray(i, i + 2 * WORDS_A_LINE);
    const texts: string[] = [];
    for (let k = 0; k + 1 < row.length; k += 2) texts.push(word(row[k] ?? 0, row[k + 1] ?? 0));
    lines.push(`${hex(address + i / 2)}  ${texts.join(" ")}`);
  }
  return lines.length === 0 ? `${hex(address)} lies outside the image` : lines.join("\n");
}
function word(high: number, low: number): string {
  return (high * 0x100 + low).toString(16).toUpperCase().padStart(4, "0");
}
