/** What a client could name in a later request: gathered from answers and events, and never forgotten when it has become stale. */
import type { Dice } from "./dice.ts";

/** Fields of messages, by the kind of thing that they name. A field of the objects of a list may be written with the list's name. */
const KINDS = {
  variables: ["variablesReference"],
  memory: ["memoryReference", "instructionPointerReference", "instructionReference", "address"],
  source: ["sourceReference"],
  path: ["path"],
  line: ["stackFrames.line"],
  location: ["locationReference", "valueLocationReference", "declarationLocationReference"],
  data: ["dataId"],
  expression: ["evaluateName"],
  name: ["name"],
  moment: ["moment"],
  machine: ["machine"],
  progress: ["progressId"],
  frame: ["stackFrames.id", "frameId"],
  target: ["targets.id", "targetId"],
  id: ["id", "threadId"],
} as const satisfies Record<string, readonly string[]>;
export type Kind = keyof typeof KINDS;

const KIND_OF: ReadonlyMap<string, Kind> = new Map(
  Object.entries(KINDS).flatMap(([kind, fields]) => fields.map((field) => [field, kind as Kind])),
);
/** Of each kind: when there are more, a random one goes. */
const MOST = 60;
const MOST_MEMBERS = 12;

const INVALID_NUMBERS = [0, -1, 1, 2, 7, 4242, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, -(2 ** 31)];
const INVALID_TEXTS = [
  "",
  "x",
  "0x",
  "0x0",
  "0xFFFFFFFF",
  "-1",
  "12",
  "nil",
  "0x7FFFFFFFFFFFFFFF",
  "\u0000",
  "ß😀",
  "__proto__",
  "(",
];

export interface Member {
  readonly variablesReference: number;
  readonly name: string;
}

export class References {
  private readonly dice: Dice;
  private readonly members: Member[] = [];
  private readonly found = new Map<Kind, unknown[]>();
  /** What was named since the last stop: most of what came before does not hold any more. */
  private readonly fresh = new Map<Kind, unknown[]>();

  constructor(dice: Dice) {
    this.dice = dice;
  }

  /**
   * Takes in all that an answer or event names.
   * @param list name of the list that it stands in
   */
  gather(value: unknown, list = ""): void {
    if (typeof value !== "object" || value === null) return;
    for (const [field, inner] of Object.entries(value)) {
      const kind = KIND_OF.get(`${list}.${field}`) ?? KIND_OF.get(field);
      if (kind !== undefined && typeof inner !== "object") this.add(kind, inner);
      this.gather(inner, Array.isArray(value) ? list : field);
    }
  }
  /** What a container holds, by the answer to `variables`. */
  gatherMembers(variablesReference: unknown, variables: unknown): void {
    if (typeof variablesReference !== "number" || !Array.isArray(variables)) return;
    if (variables.length === 0) return;
    for (let i = 0; i < 3; i++) this.members.push({ variablesReference, name: String(this.dice.pick(variables).name) });
    this.members.splice(0, this.members.length - MOST_MEMBERS);
  }
  private add(kind: Kind, value: unknown): void {
    for (const values of [this.found, this.fresh]) {
      const known = values.get(kind) ?? [];
      values.set(kind, known);
      if (known.length < MOST) known.push(value);
      else known[this.dice.within(0, MOST - 1)] = value;
    }
  }
  /** Whether something of the kind was named since the last stop. */
  isFresh(kind: Kind): boolean {
    return this.fresh.has(kind);
  }
  get hasMembers(): boolean {
    return this.members.length > 0;
  }
  /** The program stands elsewhere now. */
  age(): void {
    this.fresh.clear();
    this.members.length = 0;
  }

  /** One of the last, one from long ago, or one that never was. */
  number(kind: Kind): number {
    const found = this.one(kind);
    return typeof found === "number" ? found : this.dice.pick(INVALID_NUMBERS);
  }
  text(kind: Kind): string {
    const found = this.one(kind);
    return typeof found === "string" ? found : this.dice.pick(INVALID_TEXTS);
  }
  /** A name in a container; now and then one that is not in it. */
  member(): Member {
    if (this.members.length > 0 && this.dice.chance(0.8)) return this.dice.pick(this.members);
    return { variablesReference: this.number("variables"), name: this.text("name") };
  }
  private one(kind: Kind): unknown {
    const fresh = this.fresh.get(kind) ?? [];
    const known = fresh.length > 0 && this.dice.chance(0.8) ? fresh : (this.found.get(kind) ?? []);
    if (known.length === 0 || this.dice.chance(0.1)) return null;
    const place = this.dice.roll();
    if (place < 0.2) return known[0];
    return place < 0.6 ? known[known.length - 1] : this.dice.pick(known);
  }
}
