/**
 * Components: groups of objects that may refer to each other in cycles and so end together. References between members keep nothing alive; what counts
 * comes from outside: *handles* (variables that hold the component), *tethers* (accesses that need it whole for a moment), and the scope that still adds
 * members. When none is left the component is scheduled, and the queue takes it apart. Linking two components makes them one, with the sum of their counts.
 * Source: description of system O, "Rules that make results definite" (Components).
 */
import type { ManagerState } from "../../contract.ts";
import { savedNumber, savedNumbers } from "../../storage/state.ts";

/** What a component is made of and held by. Members are numbers of the owner's. */
export interface Component {
  readonly number: number;
  readonly members: readonly number[];
  readonly handles: number;
  readonly tethers: number;
  /** Scopes that still add members. */
  readonly scopes: number;
  /** References between members: they keep nothing alive, and are cancelled when it is taken apart. */
  readonly internal: number;
}

interface Group extends Component {
  members: number[];
  handles: number;
  tethers: number;
  scopes: number;
  internal: number;
  isScheduled: boolean;
  /** The component that this one has become part of. */
  merged: Group | null;
}

/** Told of what components do. */
export interface ComponentListener {
  made(component: Component): void;
  added(member: number, component: Component): void;
  /** Takes the members of a component apart, all of them, once; whatever refers to one of them from another is no obstacle. */
  dismantle(component: Component): void;
}

/** Components that are taken apart in one go. */
const BATCH = 16;
/** Numbers of a saved component before its members. */
const SAVED = 6;

export class Components {
  private readonly listener: ComponentListener;
  private readonly groups = new Map<number, Group>();
  /** Open scopes, innermost last; null until the first member comes. */
  private readonly open: (Group | null)[] = [];
  private readonly queue: Group[] = [];
  private isServing = false;
  private made = 0;

  constructor(listener: ComponentListener) {
    this.listener = listener;
  }

  /** Some object may be a member. */
  get isUsed(): boolean {
    return this.groups.size > 0;
  }
  get scopes(): number {
    return this.open.length;
  }

  // Scopes

  begin(): void {
    this.open.push(null);
  }
  /** The innermost scope adds nothing more. @returns false when none is open */
  end(): boolean {
    if (this.open.length === 0) return false;
    const group = this.open.pop();
    if (group === null || group === undefined) return true;
    const root = rootOf(group);
    root.scopes--;
    this.scheduleIfFree(root);
    return true;
  }
  /** A new member of the component of the innermost scope. @returns false when no scope is open */
  add(member: number): boolean {
    if (this.open.length === 0) return false;
    const last = this.open.length - 1;
    const known = this.open[last] ?? null;
    const group = known === null ? this.make() : rootOf(known);
    this.open[last] = group;
    group.members.push(member);
    this.groups.set(member, group);
    this.listener.added(member, group);
    return true;
  }

  private make(): Group {
    this.made++;
    const group: Group = {
      number: this.made,
      members: [],
      handles: 0,
      tethers: 0,
      scopes: 1,
      internal: 0,
      isScheduled: false,
      merged: null,
    };
    this.listener.made(group);
    return group;
  }

  // What is asked of a member; null: it is none

  of(member: number): Component | null {
    return this.groupOf(member);
  }
  acquire(member: number): Component | null {
    const group = this.groupOf(member);
    if (group !== null) group.handles++;
    return group;
  }
  beginTether(member: number): Component | null {
    const group = this.groupOf(member);
    if (group !== null) group.tethers++;
    return group;
  }

  /** One handle less. @returns null when it is no member, or when nobody has a handle: nothing changed */
  release(member: number): Component | null {
    const group = this.groupOf(member);
    if (group === null || group.handles === 0) return null;
    group.handles--;
    this.scheduleIfFree(group);
    return group;
  }
  /** One tether less. @returns as `release` */
  endTether(member: number): Component | null {
    const group = this.groupOf(member);
    if (group === null || group.tethers === 0) return null;
    group.tethers--;
    this.scheduleIfFree(group);
    return group;
  }

  /** One member refers to another. @returns the component that both belong to; null when one of them belongs to none */
  link(from: number, to: number): Component | null {
    const first = this.groupOf(from);
    const second = this.groupOf(to);
    if (first === null || second === null) return null;
    if (first === second) {
      first.internal++;
      return first;
    }
    const [into, part] = first.members.length >= second.members.length ? [first, second] : [second, first];
    for (const member of part.members) into.members.push(member);
    into.handles += part.handles;
    into.tethers += part.tethers;
    into.scopes += part.scopes;
    into.internal += part.internal + 1;
    part.members = [];
    part.merged = into;
    // A scheduled one that is linked to a living one lives.
    this.scheduleIfFree(into);
    return into;
  }

  /** One member does not refer to another any more. What was one component stays one. */
  unlink(from: number, to: number): void {
    const group = this.groupOf(from);
    if (group !== null && group === this.groupOf(to) && group.internal > 0) group.internal--;
  }

  // The queue

  private scheduleIfFree(group: Group): void {
    if (!isFree(group) || group.isScheduled) return;
    group.isScheduled = true;
    this.queue.push(group);
  }
  /** Components that wait to be taken apart. */
  get scheduled(): number {
    return this.queue.length;
  }

  /** Takes scheduled components apart, the last one first, in batches, until none is left: also those that are scheduled by that. @returns how many */
  serve(): number {
    if (this.queue.length === 0 || this.isServing) return 0;
    let served = 0;
    this.isServing = true;
    try {
      while (this.queue.length > 0) served += this.serveBatch();
    } finally {
      this.isServing = false;
    }
    return served;
  }

  private serveBatch(): number {
    let served = 0;
    for (let left = BATCH; left > 0; left--) {
      const group = this.queue.pop();
      if (group === undefined) break;
      group.isScheduled = false;
      // It may have got a handle since, or become part of another.
      if (!isFree(group) || group.merged !== null) continue;
      for (const member of group.members) this.groups.delete(member);
      group.internal = 0;
      this.listener.dismantle(group);
      group.members = [];
      served++;
    }
    return served;
  }

  // Looking and saving

  /** All components, by number. */
  all(): Component[] {
    const found = new Set<Component>();
    for (const member of this.groups.keys()) found.add(this.groupOf(member) as Group);
    return [...found].sort((a, b) => a.number - b.number);
  }

  /** The program is over: everything is forgotten. */
  clear(): void {
    this.groups.clear();
    this.open.length = 0;
    this.queue.length = 0;
  }

  /** Components as [number, handles, tethers, scopes, internal, members, member …]; open scopes by number, 0 where no member has come yet. */
  save(): ManagerState {
    const components: number[] = [];
    for (const { number, handles, tethers, scopes, internal, members } of this.all()) {
      components.push(number, handles, tethers, scopes, internal, members.length);
      for (const member of members) components.push(member);
    }
    const componentScopes = this.open.map((group) => (group === null ? 0 : rootOf(group).number));
    return { componentsMade: this.made, components: Int32Array.from(components), componentScopes };
  }
  restore(state: ManagerState): void {
    const numbers = savedNumbers(state, "components");
    this.clear();
    this.made = savedNumber(state, "componentsMade");
    const byNumber = new Map<number, Group>();
    for (let at = 0; at < numbers.length; ) {
      const head = Array.from({ length: SAVED }, (_, i) => numbers[at + i] as number);
      const [number = 0, handles = 0, tethers = 0, scopes = 0, internal = 0, count = 0] = head;
      const members = Array.from({ length: count }, (_, i) => numbers[at + SAVED + i] as number);
      const group = { number, members, handles, tethers, scopes, internal, isScheduled: false, merged: null };
      byNumber.set(number, group);
      for (const member of members) this.groups.set(member, group);
      at += SAVED + count;
    }
    for (const number of Array.from(savedNumbers(state, "componentScopes")))
      this.open.push(byNumber.get(number) ?? null);
  }

  private groupOf(member: number): Group | null {
    const group = this.groups.get(member);
    if (group === undefined) return null;
    const root = rootOf(group);
    if (root !== group) this.groups.set(member, root);
    return root;
  }
}

function isFree({ handles, tethers, scopes }: Component): boolean {
  return handles === 0 && tethers === 0 && scopes === 0;
}

function rootOf(group: Group): Group {
  let root = group;
  while (root.merged !== null) root = root.merged;
  return root;
}
