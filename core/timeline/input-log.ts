/**
 * What came to a machine from outside, in order: the answers of its ports. In the past the machine is answered from here, and what it does to the outside
 * is not done again; at the end of the log it speaks to the outside, and every answer is noted.
 */
import type { Ports } from "../vm/ports.ts";
import { ReplayError } from "./recording/script.ts";

/** An answer of a port. */
export interface Input {
  /** Port and method, such as `files.read`. */
  readonly call: string;
  /** Plain data. */
  readonly answer: unknown;
}

/** How far a machine has come in the log. */
export interface InputPosition {
  readonly inputs: number;
  readonly written: number;
}

/** What came to a machine after a position. */
export interface InputTail {
  readonly inputs: readonly Input[];
  /** Texts that were printed until its end, counted from the beginning of the log. */
  readonly shown: number;
}

type Methods = { readonly [Port in Exclude<keyof Ports, "console">]: readonly (keyof Ports[Port] & string)[] };
const METHODS: Methods = {
  clock: ["now", "processorTime", "hoursWest"],
  environment: ["variable", "parameter", "userName"],
  files: [
    "status",
    "list",
    "open",
    "statusOf",
    "read",
    "write",
    "setLength",
    "close",
    "setModified",
    "setMode",
    "rename",
    "link",
    "remove",
    "makeDirectory",
    "removeDirectory",
    "currentDirectory",
    "changeDirectory",
  ],
  characters: ["open", "read", "write", "close"],
  images: ["save"],
  screen: ["size"],
};
/** What an input takes beside the bytes of its answer, about. */
const INPUT_BYTES = 96;

export class InputLog {
  /** What the machine is to be connected to. */
  readonly ports: Ports;
  private readonly inputs: Input[];
  /** Position of the first of them: what came before was forgotten. */
  private first = 0;
  /** Position of the next answer. */
  private next = 0;
  /** Texts that the program has printed until now, and until the end of what is recorded. */
  private written = 0;
  private shown = 0;
  /** What is held back, while somebody changes the machine. */
  private kept: Input[] = [];
  private shownBefore = 0;
  /** Memory that the log takes, about. */
  sizeBytes = 0;

  /** @param inputs what a recording holds already */
  constructor(outside: Ports, inputs: readonly Input[] = [], shown = 0) {
    this.inputs = [...inputs];
    this.shown = shown;
    this.sizeBytes = inputBytes(inputs);
    this.ports = {
      console: {
        write: (text) => {
          if (this.written++ < this.shown) return;
          this.shown = this.written;
          outside.console.write(text);
        },
      },
      ...this.facade(outside),
    };
  }

  private facade(outside: Ports): Omit<Ports, "console"> {
    const names = Object.keys(METHODS) as (keyof Methods)[];
    const ports = names.map((name) => {
      const port = outside[name] as unknown as { [method: string]: (...args: unknown[]) => unknown };
      const methods = METHODS[name].map((method) => {
        const ask = (...args: unknown[]) => this.ask(`${name}.${method}`, () => port[method]?.(...args));
        return [method, ask] as const;
      });
      return [name, Object.fromEntries(methods)] as const;
    });
    return Object.fromEntries(ports) as unknown as Omit<Ports, "console">;
  }

  private ask(call: string, outside: () => unknown): unknown {
    const known = this.inputs[this.next - this.first];
    if (known !== undefined) {
      if (known.call !== call) throw new ReplayError(`it asks for ${call}, where ${known.call} was asked for`);
      this.next++;
      return known.answer;
    }
    const answer = outside();
    this.inputs.push({ call, answer });
    this.next++;
    this.sizeBytes += sizeOf(answer);
    return answer;
  }

  position(): InputPosition {
    return { inputs: this.next, written: this.written };
  }
  /** A recording begins there: what was printed before is not shown. */
  begin(position: InputPosition): void {
    this.goTo(position);
    this.shown = position.written;
  }
  goTo({ inputs, written }: InputPosition): void {
    this.next = inputs;
    this.written = written;
  }

  /** What somebody does from outside speaks to the outside, also in the past: until `part` or `release` nothing is answered from the log. */
  hold(): void {
    this.kept = this.inputs.splice(this.next - this.first);
    this.shownBefore = this.shown;
    this.shown = this.written;
  }
  /** Nothing was done after all. */
  release(): void {
    for (const input of this.kept) this.inputs.push(input);
    this.kept = [];
    this.shown = this.shownBefore;
  }

  /** From here on it is another run. @returns what came after the position where `hold` was called */
  part(): InputTail {
    const tail = { inputs: this.kept, shown: this.shownBefore };
    this.sizeBytes -= inputBytes(this.kept) + inputBytes(this.inputs.splice(this.next - this.first));
    this.kept = [];
    this.shown = this.written;
    return tail;
  }
  /** What came after this position in a run that goes on from here: nothing else may be known. */
  attach({ inputs, shown }: InputTail): void {
    for (const input of inputs) this.inputs.push(input);
    this.sizeBytes += inputBytes(inputs);
    this.shown = shown;
  }

  /** Nobody comes back to what was before a position. */
  forget({ inputs }: InputPosition): void {
    this.sizeBytes -= inputBytes(this.inputs.splice(0, inputs - this.first));
    this.first = inputs;
  }

  /** All inputs that are kept, and the position of the first. */
  contents(): { readonly inputs: readonly Input[]; readonly first: number } {
    return { inputs: this.inputs, first: this.first };
  }
}

/** Memory that inputs take, about. */
export function inputBytes(inputs: readonly Input[]): number {
  return inputs.reduce((sum, { answer }) => sum + sizeOf(answer), 0);
}

function sizeOf(answer: unknown): number {
  if (answer instanceof Uint8Array) return INPUT_BYTES + answer.length;
  if (typeof answer === "string") return INPUT_BYTES + 2 * answer.length;
  return INPUT_BYTES + (Array.isArray(answer) ? INPUT_BYTES * answer.length : 0);
}
