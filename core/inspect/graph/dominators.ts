/**
 * Which object keeps which alive: the dominator tree of the object graph, and how much dies with each node.
 * Lengauer and Tarjan's algorithm with path compression ("A fast algorithm for finding dominators in a flowgraph", 1979), without recursion.
 * Node `graph.nodes` stands above all roots. What no root reaches hangs below it too, at one object of each group that nothing else holds;
 * references from there to reachable objects do not count.
 *
 * Six numbers a node are needed while it is made; three are kept.
 */
import { IntList } from "../../base/int-list.ts";
import { RankedBits } from "../../base/ranked-bits.ts";
import type { IndexSteps } from "../../base/steps.ts";
import { type HeapGraph, NO_SLOT } from "./building/heap-graph.ts";
import { rootNodes } from "./reach.ts";

/** Nodes between two reports. */
const STEP_NODES = 1 << 17;
/** The same, where little is done with each. */
const STEP_SIZES = 1 << 19;
const NONE = -1;

/** What is kept, by node; the last element is the one above all roots. */
export interface DominatorTables {
  /** The node that every way from the roots passes last before this one. */
  readonly dominators: Int32Array;
  /** Words that would be freed with the node, its own included. */
  readonly words: Int32Array;
  /** Objects that would be freed with the node, itself included. */
  readonly objects: Int32Array;
}

/** @param headsOf one object of each group that nothing reaches, where the walk goes on after the roots, given what they do reach */
export function* dominatorSteps(
  graph: HeapGraph,
  headsOf: (reached: RankedBits) => IndexSteps<Int32Array>,
): IndexSteps<DominatorTables> {
  const tree = new SpanningTree(graph);
  yield* walk(graph, tree);
  tree.goOn(yield* headsOf(tree.reached()));
  yield* walk(graph, tree);
  const finder = new DominatorFinder(graph, tree);
  while (finder.next > 0) {
    yield { phase: "dominators", done: tree.size - finder.next, total: tree.size };
    finder.advance(STEP_NODES);
  }
  return yield* finder.tables();
}

function* walk(graph: HeapGraph, tree: SpanningTree): IndexSteps<void> {
  while (tree.grow(STEP_NODES)) yield { phase: "walk of the graph", done: tree.size, total: graph.nodes + 1 };
}

/**
 * A depth first numbering of all nodes: node, number of the parent, and the number of each node. Numbers are ascending along every way down,
 * and those of what the roots reach are below `firstUnreached`.
 */
class SpanningTree {
  readonly vertex: Int32Array;
  readonly parent: Int32Array;
  readonly numberOf: Int32Array;
  size = 0;
  firstUnreached: number;
  private readonly graph: HeapGraph;
  /** Next slot to look at, by number. */
  private readonly cursor: Int32Array;
  private current = 0;
  private starts: Int32Array;
  private nextStart = 0;

  constructor(graph: HeapGraph) {
    const count = graph.nodes + 1;
    this.graph = graph;
    this.vertex = new Int32Array(count);
    this.parent = new Int32Array(count);
    this.numberOf = new Int32Array(count).fill(NONE);
    this.cursor = new Int32Array(count);
    this.firstUnreached = count;
    this.starts = Int32Array.from(rootNodes(graph));
    this.add(graph.nodes, 0);
  }

  /** The objects and roots that have a number by now. */
  reached(): RankedBits {
    const bits = new RankedBits(this.graph.nodes);
    for (let node = 0; node < this.graph.nodes; node++) if (this.numberOf[node] !== NONE) bits.add(node);
    return bits;
  }

  /** Everything that the roots reach has its number: the walk goes on from here. */
  goOn(starts: Int32Array): void {
    this.firstUnreached = this.size;
    this.starts = starts;
    this.nextStart = 0;
  }

  /** The array that the walk needed and nobody needs after it. */
  takeCursor(): Int32Array {
    return this.cursor;
  }

  private add(node: number, parent: number): void {
    this.vertex[this.size] = node;
    this.parent[this.size] = parent;
    this.numberOf[node] = this.size;
    this.current = this.size++;
  }

  /** @returns false when there is nothing left to walk to */
  grow(steps: number): boolean {
    const { graph, vertex, parent, numberOf, cursor } = this;
    const goal = this.size + steps;
    while (this.size < goal) {
      if (this.current === 0) {
        const start = this.nextUnvisitedStart();
        if (start === NONE) return false;
        this.add(start, 0);
      }
      const at = this.current;
      const slot = cursor[at] as number;
      const child = graph.childAt(vertex[at] as number, slot);
      cursor[at] = slot + 1;
      if (child === NO_SLOT) this.current = parent[at] as number;
      else if (child >= 0 && numberOf[child] === NONE) this.add(child, at);
    }
    return true;
  }

  private nextUnvisitedStart(): number {
    while (this.nextStart < this.starts.length) {
      const start = this.starts[this.nextStart++] as number;
      if (this.numberOf[start] === NONE) return start;
    }
    return NONE;
  }
}

/**
 * All arrays are by number of the tree. Nodes are looked at from the last one down; those from `linkedFrom` on are linked to their parents.
 * `label` of a node that is not linked is the head of its bucket instead, `dominator` of one in a bucket the next one in it.
 */
class DominatorFinder {
  next: number;
  private readonly graph: HeapGraph;
  private readonly tree: SpanningTree;
  private readonly semi: Int32Array;
  private readonly label: Int32Array;
  private readonly dominator: Int32Array;
  private linkedFrom: number;
  private readonly path = new IntList();

  constructor(graph: HeapGraph, tree: SpanningTree) {
    this.graph = graph;
    this.tree = tree;
    this.next = tree.size - 1;
    this.linkedFrom = tree.size;
    this.semi = tree.takeCursor();
    this.label = new Int32Array(tree.size).fill(NONE);
    this.dominator = new Int32Array(tree.size);
  }

  advance(steps: number): void {
    const { semi, label, dominator } = this;
    const { parent } = this.tree;
    const goal = Math.max(0, this.next - steps);
    for (; this.next > goal; this.next--) {
      const w = this.next;
      const above = parent[w] as number;
      const s = this.semiDominator(w, above);
      semi[w] = s;
      dominator[w] = label[s] as number;
      label[s] = w;
      label[w] = w;
      this.linkedFrom = w;
      let v = label[above] as number;
      label[above] = NONE;
      while (v !== NONE) {
        const following = dominator[v] as number;
        const u = this.evaluate(v);
        dominator[v] = (semi[u] as number) < (semi[v] as number) ? u : above;
        v = following;
      }
    }
  }

  private semiDominator(w: number, above: number): number {
    if (above === 0) return 0;
    const { graph, semi } = this;
    const { vertex, numberOf, firstUnreached } = this.tree;
    const node = vertex[w] as number;
    const isReached = w < firstUnreached;
    // A root is held from above whoever else refers to it.
    if (graph.isRoot(node)) return 0;
    let least = above;
    const count = graph.holderCount(node);
    for (let i = 0; i < count; i++) {
      const v = numberOf[graph.holderAt(node, i)] as number;
      if (isReached && v >= firstUnreached) continue;
      const candidate = v <= w ? v : (semi[this.evaluate(v)] as number);
      if (candidate < least) least = candidate;
    }
    return least;
  }

  /** The node with the least semidominator on the way from the top of its linked tree, which is left out, down to `v`. */
  private evaluate(v: number): number {
    const { label, semi, path, linkedFrom } = this;
    const ancestor = this.tree.parent;
    let x = v;
    while ((ancestor[x] as number) >= linkedFrom) {
      path.push(x);
      x = ancestor[x] as number;
    }
    while (path.length > 0) {
      const below = path.pop();
      const above = ancestor[below] as number;
      const best = label[above] as number;
      if ((semi[best] as number) < (semi[label[below] as number] as number)) label[below] = best;
      ancestor[below] = ancestor[above] as number;
    }
    return label[v] as number;
  }

  /** Sums up what each node dominates, and gives the answers the order of the graph. The arrays of the work become those of the answer. */
  *tables(): IndexSteps<DominatorTables> {
    const { graph, dominator, semi, label } = this;
    const { vertex, numberOf, parent, size } = this.tree;
    yield* sizeSteps(1, size, (from, to) => {
      for (let w = Math.max(1, from); w < to; w++) {
        if (dominator[w] !== semi[w]) dominator[w] = dominator[dominator[w] as number] as number;
      }
    });
    yield* sizeSteps(2, size, (from, to) => {
      for (let w = from; w < to; w++) {
        const node = vertex[w] as number;
        const isObject = node < graph.objects;
        semi[w] = isObject ? graph.wordsOf(node) : 0;
        label[w] = isObject ? 1 : 0;
      }
    });
    // From the last one up.
    yield* sizeSteps(3, size - 1, (from, to) => {
      for (let w = size - 1 - from; w > size - 1 - to; w--) {
        const above = dominator[w] as number;
        semi[above] = (semi[above] as number) + (semi[w] as number);
        label[above] = (label[above] as number) + (label[w] as number);
      }
    });
    const words: Int32Array = parent;
    yield* sizeSteps(4, size, (from, to) => {
      for (let node = from; node < to; node++) words[node] = semi[numberOf[node] as number] as number;
    });
    const objects: Int32Array = semi;
    yield* sizeSteps(5, size, (from, to) => {
      for (let node = from; node < to; node++) objects[node] = label[numberOf[node] as number] as number;
    });
    const dominators: Int32Array = numberOf;
    yield* sizeSteps(6, size, (from, to) => {
      for (let node = from; node < to; node++) {
        dominators[node] = vertex[dominator[numberOf[node] as number] as number] as number;
      }
    });
    return { dominators, words, objects };
  }
}

/** One of six passes over so many numbers, a stretch a step. */
function* sizeSteps(pass: number, count: number, work: (from: number, to: number) => void): IndexSteps<void> {
  for (let from = 0; from < count; from += STEP_SIZES) {
    yield { phase: "sizes", done: (pass - 1) * count + from, total: 6 * count };
    work(from, Math.min(from + STEP_SIZES, count));
  }
}
