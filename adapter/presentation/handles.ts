/**
 * The numbers by which a client speaks of frames, variables, places of the text and sources. Frames and variables live until the program goes on; numbers are never used twice,
 * so that an old one is an error and not something else.
 */
import type { FrameView, InspectNode, Origin, StackOffset } from "#core";
import { errors } from "../errors.ts";

/** A node whose children a client may ask for. */
export interface Container {
  readonly node: InspectNode;
  readonly frame: StackOffset | null;
  /** What the client gets is the node itself, once more: to have its value, work has to be done that it must ask for. */
  readonly isLazy: boolean;
  /** Children that the client has seen, by the name it knows them by. */
  readonly seen: Map<string, InspectNode>;
}

export class Handles {
  private nextFrame = 1000;
  private nextReference = 1;
  private readonly frames = new Map<number, FrameView>();
  private readonly containers = new Map<number, Container>();

  private readonly locations = new Map<number, Origin>();

  /** Forgets everything; called when the program goes on. */
  drop(): void {
    this.frames.clear();
    this.containers.clear();
    this.locations.clear();
  }

  addFrame(frame: FrameView): number {
    const id = this.nextFrame++;
    this.frames.set(id, frame);
    return id;
  }
  /** @throws {RequestError} */
  frame(id: number): FrameView {
    const frame = this.frames.get(id);
    if (frame === undefined) throw errors.badFrame(id);
    return frame;
  }

  /** The reference of a node's children; 0, which means none in DAP, when it has none. */
  addContainer(node: InspectNode, frame: StackOffset | null): number {
    if (node.prepare !== null) return this.addScope(node, frame, true);
    return node.namedCount === 0 && node.indexedCount === 0 ? 0 : this.addScope(node, frame);
  }
  /** The same without a look at its children: to count those of a scope can mean to make them, and nobody has opened it yet. */
  addScope(node: InspectNode, frame: StackOffset | null, isLazy = false): number {
    const reference = this.nextReference++;
    this.containers.set(reference, { node, frame, isLazy, seen: new Map() });
    return reference;
  }
  /** @throws {RequestError} */
  container(reference: number): Container {
    const container = this.containers.get(reference);
    if (container === undefined) throw errors.badReference(reference);
    return container;
  }
  addLocation(origin: Origin): number {
    const reference = this.nextReference++;
    this.locations.set(reference, origin);
    return reference;
  }
  /** @throws {RequestError} */
  location(reference: number): Origin {
    const origin = this.locations.get(reference);
    if (origin === undefined) throw errors.badLocation(reference);
    return origin;
  }
  /** @throws {RequestError} when neither a child that was listed nor any named child has this name */
  child(reference: number, name: string): { readonly node: InspectNode; readonly frame: StackOffset | null } {
    const container = this.container(reference);
    const node = container.seen.get(name) ?? container.node.named().find((child) => child.name === name);
    if (node === undefined) throw errors.badVariable(name);
    return { node, frame: container.frame };
  }
}
