/** Arguments of random requests: of the form that the specification wants, with references that are good, stale or made up. */
import { FILTER_IDS } from "../../../adapter/breakpoints/filters/filters.ts";
import { findRequest } from "../../../adapter/requests/index.ts";
import type { ArgumentKind } from "../../../adapter/requests/request.ts";
import type { Dice } from "./dice.ts";
import { launchArguments, PROGRAMS, RECORDING } from "./programs.ts";
import type { Kind, References } from "./references.ts";

type Generate = (dice: Dice, known: References) => object;

const EXPRESSIONS = [
  "kept",
  "(car kept)",
  "(vector-ref kept 1)",
  "result",
  "n",
  "round",
  "(numbers 3)",
  "(gc)",
  "(work 2)",
  "(set! kept 5)",
  "(set-car! box 'a)",
  "(define fresh (list 1 2))",
  "(fail 3)",
  "(without-end 1)",
  "(while t nil)",
  "(while t (cons 1 2))",
  "(print 'x)",
  "(tick)",
  "(refcount kept)",
  "(car",
  ")",
  "",
  "#\\a",
  '"text"',
  "1e400",
  "'(1 . 2)",
  "unbound-name",
  "help",
  "verify",
  "audit",
  "(make-vector 100000)",
  "(lambda (x) x)",
];
const CONDITIONS = ["t", "nil", "(= n 2)", "(= round 3)", "(= 1", "count", "(> size 4)", "(= type 'LISTP)", ""];
const HITS = ["3", ">= 2", "% 2", "= 1", "x", "", "0"];
const LOGS = ["n is {n}", "{", "{(car}", "plain", "{kept}", ""];
const MODES = ["stop", "log", "snapshot", "write", "change", "read", "count", "free", "bogus"];
const GRANULARITIES = ["statement", "line", "instruction", "page"];
const VALUES = ["5", "nil", "(list 1 2)", '"new"', "'x", "(", "", "1.5", "0x10", "kept", "(fail 1)"];
const DATA = ["AAAA", "AAAAAA==", "", "??", "/////w==", "AQIDBAUGBwg="];
const PLACES = ["kept", "n", "round", "box", "(car kept)", "(vector-ref kept 1)", "(cdr box)", "(car self)"];
const CONTEXTS = ["repl", "repl", "watch", "hover", "clipboard", "variables", "other"];

const line = (dice: Dice) => (dice.chance(0.9) ? dice.within(1, 13) : dice.pick([0, -1, 1e9]));
const column = (dice: Dice) => (dice.chance(0.9) ? dice.within(1, 30) : dice.pick([0, -5, 1e9]));
const thread = (dice: Dice, known: References) => (dice.chance(0.85) ? 1 : known.number("id"));
const frame = (dice: Dice, known: References) =>
  dice.chance(known.isFresh("frame") ? 0.8 : 0.2) ? { frameId: known.number("frame") } : {};
const format = (dice: Dice) => ({ hex: dice.chance(0.5), ...dice.optional({ octal: true }) });
const expression = (dice: Dice, known: References) =>
  dice.chance(0.7) ? dice.pick(EXPRESSIONS) : known.text(dice.pick<Kind>(["expression", "name"]));
const source = (dice: Dice, known: References) =>
  dice.chance(0.3)
    ? { sourceReference: known.number("source") }
    : { path: dice.chance(0.7) ? known.text("path") : dice.pick(Object.keys(PROGRAMS)) };
const condition = (dice: Dice) =>
  dice.chance(0.5)
    ? {}
    : dice.optional({
        condition: dice.pick(CONDITIONS),
        hitCondition: dice.pick(HITS),
        logMessage: dice.pick(LOGS),
        mode: dice.pick(MODES),
      });
const listOf = (dice: Dice, make: () => object) => Array.from({ length: dice.within(0, 3) }, make);
const step: Generate = (dice, known) => ({
  threadId: thread(dice, known),
  ...dice.optional({ granularity: dice.pick(GRANULARITIES), singleThread: dice.chance(0.5) }),
});
const run: Generate = (dice, known) => ({ threadId: thread(dice, known), ...dice.optional({ singleThread: true }) });
const none: Generate = () => ({});

/** Requests with arguments that often make sense. Others get what their table row asks for. */
const GENERATORS: Readonly<Record<string, Generate>> = {
  initialize: (dice) => ({
    adapterID: "fuzz",
    supportsMemoryEvent: dice.chance(0.5),
    supportsInvalidatedEvent: dice.chance(0.5),
    supportsProgressReporting: dice.chance(0.5),
    supportsVariableType: dice.chance(0.5),
    supportsStartDebuggingRequest: dice.chance(0.5),
    supportsANSIStyling: dice.chance(0.5),
    linesStartAt1: dice.chance(0.9),
    columnsStartAt1: dice.chance(0.9),
    pathFormat: dice.chance(0.95) ? "path" : "uri",
  }),
  launch: launchArguments,
  restart: (dice) => (dice.chance(0.5) ? {} : { arguments: launchArguments(dice) }),
  attach: (dice, known) => dice.optional({ machine: known.number("machine") }),
  disconnect: (dice) => dice.optional({ terminateDebuggee: dice.chance(0.5), suspendDebuggee: dice.chance(0.5) }),
  terminate: none,
  terminateThreads: (dice, known) => dice.optional({ threadIds: [thread(dice, known)] }),
  setBreakpoints: (dice, known) => ({
    source: source(dice, known),
    breakpoints: listOf(dice, () => ({
      line: line(dice),
      ...dice.optional({ column: column(dice) }),
      ...condition(dice),
    })),
  }),
  setFunctionBreakpoints: (dice) => ({
    breakpoints: listOf(dice, () => ({
      name: dice.pick(["work", "numbers", "CAR", "CONS", "tick", "down", "nothing", ""]),
      ...condition(dice),
    })),
  }),
  setInstructionBreakpoints: (dice, known) => ({
    breakpoints: listOf(dice, () => ({
      instructionReference: known.text("memory"),
      ...dice.optional({ offset: dice.within(-4, 8) }),
      ...condition(dice),
    })),
  }),
  setExceptionBreakpoints: (dice) => ({
    filters: dice.some([...FILTER_IDS, ...FILTER_IDS, "gc.never"], 3),
    ...dice.optional({
      filterOptions: listOf(dice, () => ({ filterId: dice.pick(FILTER_IDS), ...condition(dice) })),
      exceptionOptions: listOf(dice, () => ({
        path: [{ names: dice.some([...FILTER_IDS, "Collections"], 2) }],
        breakMode: dice.pick(["never", "always", "unhandled", "userUnhandled"]),
      })),
    }),
  }),
  dataBreakpointInfo: (dice, known) => ({
    ...(dice.chance(0.6) ? known.member() : { name: expression(dice, known), ...frame(dice, known) }),
    ...dice.optional({ bytes: dice.pick([0, 1, 4, 64, 1e9]), asAddress: dice.chance(0.5), mode: dice.pick(MODES) }),
  }),
  setDataBreakpoints: (dice, known) => ({
    breakpoints: listOf(dice, () => ({
      dataId: known.text("data"),
      ...dice.optional({ accessType: dice.pick(["read", "write", "readWrite"]) }),
      ...condition(dice),
    })),
  }),
  breakpointLocations: (dice, known) => ({
    source: source(dice, known),
    line: line(dice),
    ...dice.optional({ column: column(dice), endLine: line(dice), endColumn: column(dice) }),
  }),
  configurationDone: none,
  continue: run,
  reverseContinue: run,
  pause: run,
  next: step,
  stepOut: step,
  stepBack: step,
  stepIn: (dice, known) => ({ ...step(dice, known), ...dice.optional({ targetId: known.number("target") }) }),
  goto: (dice, known) => ({ threadId: thread(dice, known), targetId: known.number("target") }),
  gotoTargets: (dice, known) => ({
    source: source(dice, known),
    line: dice.chance(0.5) ? known.number("line") : line(dice),
  }),
  cancel: (dice, known) => dice.optional({ requestId: dice.within(1, 300), progressId: known.text("progress") }),
  stackTrace: (dice, known) => ({
    threadId: thread(dice, known),
    ...dice.optional({ startFrame: dice.within(-1, 5), levels: dice.pick([0, 1, 20, -1, 1e9]), format: format(dice) }),
  }),
  variables: (dice, known) => ({
    variablesReference: known.number("variables"),
    ...dice.optional({
      filter: dice.pick(["named", "indexed", "x"]),
      start: dice.pick([0, 1, 100, -1]),
      count: dice.pick([0, 1, 10, 1e9, -1]),
      format: format(dice),
    }),
  }),
  setVariable: (dice, known) => ({
    ...known.member(),
    value: dice.pick(VALUES),
  }),
  setExpression: (dice, known) => ({
    expression: dice.chance(0.5) ? dice.pick(PLACES) : expression(dice, known),
    value: dice.pick(VALUES),
    ...frame(dice, known),
  }),
  evaluate: (dice, known) => ({
    expression: expression(dice, known),
    ...frame(dice, known),
    ...dice.optional({ context: dice.pick(CONTEXTS), format: format(dice) }),
  }),
  completions: (dice, known) => ({
    text: dice.pick(["(ca", "ke", "", "(vector-ref k", "(", "x\ny"]),
    column: column(dice),
    ...frame(dice, known),
  }),
  readMemory: (dice, known) => ({
    memoryReference: known.text("memory"),
    count: dice.pick([0, 4, 64, 1000, 1e9, -1]),
    ...dice.optional({ offset: dice.within(-32, 32) }),
  }),
  writeMemory: (dice, known) => ({
    memoryReference: known.text("memory"),
    data: dice.pick(DATA),
    ...dice.optional({ offset: dice.within(-8, 8), allowPartial: dice.chance(0.5) }),
  }),
  disassemble: (dice, known) => ({
    memoryReference: known.text("memory"),
    instructionCount: dice.pick([0, 1, 10, 200, -1, 1e9]),
    ...dice.optional({ offset: dice.within(-9, 9), instructionOffset: dice.within(-20, 20), resolveSymbols: true }),
  }),
  source: (dice, known) => ({
    sourceReference: known.number("source"),
    ...dice.optional({ source: source(dice, known) }),
  }),
  "conspect/saveRecording": (dice) => ({
    path: dice.pick([RECORDING, RECORDING, "/w/mini.sysout", ""]),
    ...dice.optional({ overwrite: true, leaveImageOut: dice.chance(0.5) }),
  }),
  "conspect/goTo": (dice, known) => ({
    moment: dice.chance(0.5)
      ? known.text("moment")
      : `${dice.within(0, 300)}:${dice.within(0x5c2200, 0x5c2400).toString(16)}`,
  }),
  "conspect/saveImage": (dice) => ({
    path: dice.pick(["/w/new.sysout", "/w/garbage.cons", ""]),
    ...dice.optional({ overwrite: dice.chance(0.5), overwriteOpened: dice.chance(0.5) }),
  }),
};

export function argumentsFor(command: string, dice: Dice, known: References): object {
  const generate = GENERATORS[command];
  const made: Record<string, unknown> =
    generate === undefined ? fromRow(command, dice, known) : { ...generate(dice, known) };
  const fields = Object.keys(made);
  // Now and then a field of another form: that has to be refused, and nothing else.
  if (fields.length > 0 && dice.chance(0.02))
    made[dice.pick(fields)] = dice.pick<unknown>([null, "x", 5, [], {}, [1], true, 0.5]);
  return made;
}

function fromRow(command: string, dice: Dice, known: References): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(findRequest(command)?.expects ?? {})) {
    if (kind === undefined || (kind.endsWith("?") && dice.chance(0.5))) continue;
    made[name] = ofKind(name, kind, dice, known);
  }
  return made;
}

/** Fields that hold references, by how their names end. */
const BY_NAME: readonly (readonly [RegExp, Kind])[] = [
  [/variablesReference$/, "variables"],
  [/frameId$/, "frame"],
  [/targetId$/, "target"],
  [/locationReference$/, "location"],
  [/sourceReference$/, "source"],
  [/memoryReference$/, "memory"],
  [/moment$/i, "moment"],
  [/machine$/, "machine"],
];

function ofKind(name: string, kind: ArgumentKind, dice: Dice, known: References): unknown {
  const named = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  switch (kind.replace("?", "")) {
    case "number":
      return known.number(named ?? "id");
    case "text":
      return known.text(named ?? dice.pick<Kind>(["name", "expression", "memory", "moment"]));
    case "claim":
      return dice.chance(0.5);
    case "object":
      return source(dice, known);
    case "objects":
      return listOf(dice, () => source(dice, known));
    case "numbers":
      return [known.number("id")];
    default:
      return [known.text("name")];
  }
}
