/**
 * Reference cycles: groups of objects each of which leads to every other (strongly connected components), however they overlap or are nested.
 * No host recursion: a ring may be as long as memory.
 * Source: R. Tarjan, "Depth-first search and linear graph algorithms" (1972).
 */

/** Nodes are numbers. @param visit is called for each node that `node` refers to */
export type Successors = (node: number, visit: (successor: number) => void) => void;

interface Frame {
  readonly node: number;
  readonly successors: readonly number[];
  next: number;
}

/** The cycles among some nodes: groups of at least two, and single nodes that refer to themselves. References to other nodes do not count. */
export function cyclesOf(nodes: readonly number[], successors: Successors): number[][] {
  return new CycleSearch(nodes, successors).run();
}

class CycleSearch {
  private readonly nodes: readonly number[];
  private readonly among: ReadonlySet<number>;
  private readonly successors: Successors;
  private readonly index = new Map<number, number>();
  /** Lowest index that can be reached on the way back. */
  private readonly low = new Map<number, number>();
  private readonly path: number[] = [];
  private readonly onPath = new Set<number>();
  private readonly selfish = new Set<number>();
  private readonly cycles: number[][] = [];

  constructor(nodes: readonly number[], successors: Successors) {
    this.nodes = nodes;
    this.among = new Set(nodes);
    this.successors = successors;
  }

  run(): number[][] {
    for (const node of this.nodes) if (!this.index.has(node)) this.searchFrom(node);
    return this.cycles;
  }

  private searchFrom(start: number): void {
    const frames: Frame[] = [this.enter(start)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const successor = frame.successors[frame.next++];
      if (successor === undefined) {
        frames.pop();
        this.leave(frame.node, frames.at(-1)?.node ?? null);
      } else if (!this.index.has(successor)) frames.push(this.enter(successor));
      else if (this.onPath.has(successor)) this.lower(frame.node, this.index.get(successor) as number);
    }
  }

  private enter(node: number): Frame {
    const index = this.index.size;
    this.index.set(node, index);
    this.low.set(node, index);
    this.path.push(node);
    this.onPath.add(node);
    const successors: number[] = [];
    this.successors(node, (successor) => {
      if (successor === node) this.selfish.add(node);
      else if (this.among.has(successor)) successors.push(successor);
    });
    return { node, successors, next: 0 };
  }

  private leave(node: number, parent: number | null): void {
    const low = this.low.get(node) as number;
    if (parent !== null) this.lower(parent, low);
    if (low !== this.index.get(node)) return;
    const group = this.path.splice(this.path.lastIndexOf(node));
    for (const member of group) this.onPath.delete(member);
    if (group.length > 1 || this.selfish.has(node)) this.cycles.push(group);
  }

  private lower(node: number, index: number): void {
    if (index < (this.low.get(node) as number)) this.low.set(node, index);
  }
}
