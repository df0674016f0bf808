/**
 * Every error that a client can get, one named function each: a stable id and a text that says what is wrong, where, what was expected, what was found,
 * and what to do. Ids: 1000 protocol, 2000 launch, 3000 state of the session, 4000 references and memory, 5000 breakpoints, 6000 evaluation, 9000 ours.
 */
import type { LostBranch } from "#core";

/** Thrown by request handlers, and by nothing else; `session.ts` makes the error response. */
export class RequestError extends Error {
  readonly id: number;
  /** The client should show the text by itself, because nothing else on the screen would tell. */
  readonly showUser: boolean;
  constructor(id: number, text: string, showUser = false) {
    super(text);
    this.name = "RequestError";
    this.id = id;
    this.showUser = showUser;
  }
}

const quoted = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};
const listed = (names: readonly string[]): string => (names.length === 0 ? "(none)" : names.join(", "));

export const errors = {
  unknownRequest: (command: unknown) =>
    new RequestError(1001, `Request ${quoted(command)} is not supported. The answer to "initialize" says what is.`),
  badArgument: (command: string, name: string, expected: string, found: unknown) =>
    new RequestError(1002, `Request "${command}", argument "${name}": expected ${expected}, found ${quoted(found)}.`),

  badAttribute: (name: string, expected: string, found: unknown) =>
    new RequestError(2001, `Launch attribute "${name}": expected ${expected}, found ${quoted(found)}.`, true),
  unknownManager: (name: string, known: readonly string[]) =>
    new RequestError(
      2002,
      `Launch attribute "manager": there is no memory manager ${quoted(name)}. Allowed: ${listed(known)}.`,
      true,
    ),
  unknownOption: (attribute: string, name: string, manager: string, known: readonly string[]) =>
    new RequestError(
      2003,
      `Launch attribute "${attribute}": the manager "${manager}" has no option ${quoted(name)}. ${known.length === 0 ? "It has none at all." : `Allowed: ${listed(known)}.`}`,
      true,
    ),
  programAndImage: () =>
    new RequestError(2004, `Launch attributes "program" and "image" exclude each other. Keep one of them.`, true),
  nothingToLaunch: () =>
    new RequestError(
      2005,
      `Launch attribute "program" or "image" is missing: expected the path of a Lisp source file (.cons), or of an image file (.sysout, .virtualmem).`,
      true,
    ),
  cannotReplay: (message: string) => new RequestError(2040, `Launch attribute "recording": ${message}`, true),
  cannotOpenImage: (message: string) => new RequestError(2006, `Launch attribute "image": ${message}`, true),
  cannotRead: (path: string, reason: string) =>
    new RequestError(2007, `Launch attribute "program": cannot read ${path}: ${reason}.`, true),
  sourceHasErrors: (path: string, count: number, first: string) =>
    new RequestError(
      2008,
      `${path} has ${count === 1 ? "an error" : `${count} errors`}, so it was not started. ${count === 1 ? "" : "The first: "}${first}`,
      true,
    ),
  badGrant: (message: string) =>
    new RequestError(2010, `Launch attribute "files": expected directories or files that exist: ${message}.`, true),
  functionMissing: (path: string) =>
    new RequestError(
      2011,
      `Launch attribute "function" is missing: ${path} is a compiled file, which holds functions; name the one to call. "args" are its arguments.`,
      true,
    ),
  cannotCall: (problems: readonly string[]) =>
    new RequestError(2012, `Launch attributes "program" and "function": ${problems.join(" ")}`, true),
  nothingToAttach: (machine: unknown, ids: readonly number[]) =>
    new RequestError(
      2009,
      machine === undefined || ids.length === 0
        ? `Nothing to attach to: no program runs there. Give the "port" that a session launched with "listen" has told.`
        : `Attribute "machine": there is no machine ${quoted(machine)}. Allowed: ${listed(ids.map(String))}.`,
      true,
    ),
  cannotConnect: (port: number, message: string) =>
    new RequestError(
      2013,
      `Attribute "port": no session answers on port ${port} of this computer: ${message}. Launch one with "listen", or start "conspect dap --port ${port}".`,
      true,
    ),

  alreadyLaunched: () =>
    new RequestError(3001, `This session has a program already. Use "restart", or open another session.`),
  noProgram: (command: string) =>
    new RequestError(3002, `Request "${command}" needs a program: none is loaded. Send "launch" first.`),
  isRunning: (command: string) =>
    new RequestError(
      3003,
      `Request "${command}" needs a program that stands still, and it is running. Pause it first.`,
    ),
  notRecorded: (command: string) =>
    new RequestError(
      3020,
      `Request "${command}" needs a recording of the run, and there is none. Start with "record": true, without "measure". Where memory was changed in the middle of a collection, go on to its end: there the recording begins anew.`,
    ),
  badCommand: (problem: string) => new RequestError(3043, `${problem}.`),
  cannotAsk: (problem: string) => new RequestError(3042, `The past cannot be asked about this: ${problem}.`),
  noMoment: (text: string, from: string, to: string) =>
    new RequestError(
      3031,
      `There is no moment ${quoted(text)} in the recording, which goes from ${from} to ${to}. The command "moments" of the console tells how far it reaches.`,
    ),
  noBranch: (number: number, known: readonly number[]) =>
    new RequestError(3044, `There is no run ${number}. Allowed: ${listed(known.map(String))}.`),
  currentBranch: (number: number) =>
    new RequestError(3045, `Run ${number} is the current one: go to another one first, then drop it.`),
  noTrial: () =>
    new RequestError(
      3046,
      `No collection is tried here, so there is nothing to keep or to discard. "gc try" in the console, or the command "Try the Next Collection", begins one.`,
      true,
    ),
  hasEnded: (command: string) =>
    new RequestError(3004, `Request "${command}" came after the end of the program. Start it again with "restart".`),
  imageAtRest: (command: string) =>
    new RequestError(
      3007,
      `Request "${command}" needs a machine that runs, and an image that is inspected does not run. Launch it with "mode": "run".`,
      true,
    ),
  notAtRest: (command: string) =>
    new RequestError(
      3008,
      `Request "${command}" needs an image that is inspected, and this session runs a program. Launch an image with "mode": "inspect".`,
      true,
    ),
  cannotSave: (message: string) => new RequestError(3010, `The image was not saved: ${message}.`),
  recordingNotSaved: (message: string) => new RequestError(3040, `The recording was not saved: ${message}.`),
  cannotTry: (why: string) => new RequestError(3041, `The next collection cannot be tried here: ${why}.`),
  nothingToUndo: () => new RequestError(3009, "No edit is left that could be taken back."),
  overtaken: (command: string) =>
    new RequestError(
      3011,
      `Request "${command}" was given up: the program or its memory changed while work for it was under way. Ask again.`,
    ),
  /** The protocol says what the text is. */
  cancelled: () => new RequestError(3012, "cancelled"),
  noException: () =>
    new RequestError(3005, `The program is not stopped at an event, so there is nothing to report about one.`),
  notInitialized: (command: string) =>
    new RequestError(3006, `Request "${command}" came before "initialize". Send "initialize" first.`),

  cannotGo: (reason: string) =>
    new RequestError(3030, `Control cannot be sent there: ${reason}. Nothing has changed.`, true),
  cannotFork: (reason: string) => new RequestError(3032, `The machine cannot be copied now: ${reason}.`),
  cannotRestartFrame: (reason: string) =>
    new RequestError(3031, `The frame cannot begin again: ${reason}. Nothing has changed.`, true),

  badThread: (id: unknown) => new RequestError(4001, `There is no thread ${quoted(id)}: ask for the threads.`),
  badFrame: (id: unknown) =>
    new RequestError(
      4002,
      `There is no frame ${quoted(id)}: frame ids hold until the program goes on. Ask for the stack again.`,
    ),
  badReference: (reference: unknown) =>
    new RequestError(
      4003,
      `There is no variables reference ${quoted(reference)}: references hold until the program goes on. Ask for the scopes again.`,
    ),
  badVariable: (name: string) => new RequestError(4004, `There is no variable ${quoted(name)} under that reference.`),
  notAssignable: (name: string) =>
    new RequestError(4005, `${quoted(name)} cannot be set: it is not a variable, a field or an element.`),
  badMemoryReference: (reference: unknown) =>
    new RequestError(4006, `${quoted(reference)} is not a memory reference: expected a byte address such as 0x5E0000.`),
  addressOutside: (address: number, limit: number) =>
    new RequestError(
      4007,
      `Byte address ${signedHex(address)} is outside the image: expected 0x0 to ${signedHex(limit - 1)}.`,
    ),
  tooManyBytes: (count: number, limit: number) =>
    new RequestError(4008, `${count} bytes are too many for one request: at most ${limit}.`),
  unmapped: (address: number, count: number, mapped: number) =>
    new RequestError(
      4009,
      `Cannot write ${count} bytes at ${signedHex(address)}: ${mapped === 0 ? "no page of the image is there" : `the image holds ${mapped} of them`}. Nothing was written.`,
    ),
  badBase64: () => new RequestError(4010, `Argument "data" is not base64 text. Nothing was written.`),
  badLocation: (reference: unknown) =>
    new RequestError(
      4012,
      `There is no location ${quoted(reference)}: location references hold until the program goes on. Ask for the variables again.`,
    ),
  badSourceReference: (reference: unknown) =>
    new RequestError(4011, `There is no source with reference ${quoted(reference)}.`),

  threadStands: (id: number) =>
    new RequestError(4020, `Thread ${id} stands still in the image: only thread 1 runs, and can be sent on.`, true),
  badTarget: (id: unknown) =>
    new RequestError(
      4021,
      `There is no target ${quoted(id)} here: targets hold until the program goes on. Ask for them.`,
    ),
  noFormOnLine: (line: number) =>
    new RequestError(4022, `No form of the function that runs begins on line ${line}: control stays within it.`, true),

  unknownFilter: (id: unknown, known: readonly string[]) =>
    new RequestError(
      5001,
      `There is no exception filter ${quoted(id)}. Allowed: ${listed(known)}. The other filters are set.`,
      true,
    ),
  badExceptionPath: (name: string, known: readonly string[]) =>
    new RequestError(
      5003,
      `Request "setExceptionBreakpoints", argument "exceptionOptions.path": there is no ${quoted(name)}. Paths are made of the parts of the filters' ids: ${listed(known)}. Nothing was changed.`,
      true,
    ),
  badFilterCondition: (id: string, condition: string, problem: string) =>
    new RequestError(
      5002,
      `Condition of filter "${id}": ${quoted(condition)}: ${problem}. The filter is off; the others are set.`,
      true,
    ),

  evaluationFailed: (message: string) => new RequestError(6001, message),
  cannotCompile: (problems: string) => new RequestError(6002, problems),

  internal: (command: string, message: string) =>
    new RequestError(9001, `Request "${command}" failed inside Conspect: ${message}. Please report this.`, true),
} as const;

/** Texts that are not errors of a request: they appear at a breakpoint or in the debug console. */
export const notes = {
  badHitCondition: (text: string) =>
    `Hit condition ${quoted(text)}: expected a number, or one of == != > >= < <= % and a number, for instance "5" or ">= 10".`,
  badFilterText: (piece: string) =>
    `behind a semicolon expected "hits" with a hit condition, or "log" with a message, found ${quoted(piece)}`,
  badMode: (mode: string, known: readonly string[]) =>
    `There is no mode ${quoted(mode)} here. Allowed: ${listed(known)}.`,
  badCondition: (text: string, problem: string) => `Condition ${quoted(text)}: ${problem}.`,
  badLogMessage: (text: string, problem: string) => `Log message ${quoted(text)}: ${problem}.`,
  otherFile: (path: string, program: string) =>
    `${path} is not part of this program: it is made of ${program} and the built-in library.`,
  notLoaded: () => "The program is not loaded yet.",
  atRest: () =>
    'An image that is inspected does not run, so nothing stops it; "mode": "run" in the launch configuration runs it.',
  listening: (port: number) => `Other clients can attach to this program on port ${port} of this computer.\n`,
  copied: (port: number, machine: number) =>
    `A copy of the machine stands ready: attach with "port": ${port}, "machine": ${machine}.\n`,
  noTerminal: () => "This client offers no terminal for programs, so the output comes here.\n",
  terminalRefused: (reason: string) => `The client opened no terminal (${reason}), so the output comes here.\n`,
  terminalEnd: (status: number | null) =>
    status === null ? "\n[the program was ended]\n" : `\n[the program ended with exit code ${status}]\n`,
  moreDamage: (count: number) => `… and ${count} more; "conspect inspect FILE verify" lists them all.`,
  compiledNotes: (count: number) => (count === 1 ? "A remark on the files:" : `${count} remarks on the files:`),
  moreNotes: (count: number) => `… and ${count} more; "conspect inspect FILE" says what the file holds.`,
  noSource: () => "Code of an image has no source text: set a function breakpoint, or one in the disassembly.",
  changedSinceLoaded: (path: string) =>
    `${path} was changed after the program was loaded, so nobody knows where this line is now: restart to load it.`,
  noCodeOnLine: () => "There is no code on this line or below it.",
  noInstruction: (address: string) => `No instruction begins at ${address}.`,
  noFunction: (name: string) =>
    `There is no function ${quoted(name)} in this program, and no opcode or host call of that name.`,
  badAccess: (access: string, known: readonly string[]) =>
    `There is no access type ${quoted(access)}. Allowed: ${listed(known)}.`,
  noGlobal: (name: string) => `This program has no global variable ${quoted(name)}.`,
  notCounted: (why: string) => `Its reference count cannot be watched: ${why}.`,
  notRecorded: (name: string) =>
    `No snapshot ${quoted(name)} was taken: this run is not recorded. Start it with "record": true in the launch configuration; the program stopped because of that.`,
  undoneInThePast: () =>
    "This is the past: what an expression changes is undone when it has its value. To change the past, assign by itself: (set! NAME VALUE), or set a value in the Variables view.",
  wouldFree: (objects: number, pages: number) =>
    `The next collection would free ${objects} ${objects === 1 ? "object" : "objects"} and write ${pages} ${pages === 1 ? "page" : "pages"}; nothing was changed`,
  culpritNotRecorded: () =>
    `The instruction that broke the heap cannot be looked for: this run is not recorded, or cannot be gone back in ("record": true in the launch configuration).\n`,
  seekingCulprit: (when: string) =>
    `An invariant is broken, noticed ${when}: going back to what broke it ("verifyTravel": false in the launch configuration stays here).\n`,
  trialOpen: () => "Trial of a collection: Keep or Discard",
  trialNotRecorded: () =>
    `This run is not recorded ("record": true in the launch configuration), so the collection cannot be stepped through here.\n`,
  lostBranch: (number: number, beginning: string, why: LostBranch["why"]) =>
    `Run ${number} (${beginning}) is forgotten: ${why === "memory" ? `the recording has no memory left for it ("recordMB")` : "where it begins is not recorded any more"}.\n`,
  countsChange: (before: number, after: number, changed: number) =>
    `count tables: ${before} entries now, ${after} then; ${changed} are not the same`,
  snapshot: (name: string, moment: string) => `snapshot at ${moment}: ${name}\n`,
  variableGone: (what: string) => `The data breakpoint is removed: ${what}.`,
  badDataId: (id: string) =>
    `${quoted(id)} is not a data id: expected an address and a length in bytes, perhaps with a mode, for instance 0x5E0000,4 or 0x5E0000,4,change.`,
  conditionFailed: (text: string, problem: string) =>
    `The condition ${quoted(text)} could not be evaluated here: ${problem}. The program stopped because of that.`,
  leftOut: (count: number) => `\n[… ${count} characters of output left out …]\n`,
  badMessages: (count: number, problem: string) =>
    `${count === 1 ? "A message" : `${count} messages`} from the client could not be understood: ${problem}\n`,
  internal: (message: string) => `Conspect failed inside: ${message}. Please report this.\n`,
} as const;

function signedHex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16).toUpperCase()}` : `0x${value.toString(16).toUpperCase()}`;
}
