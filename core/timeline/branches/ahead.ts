/** The checkpoints that lie ahead of one, taken away from it while the machine goes another way from there. */
import { PageContents } from "../../vm/gates/page-contents.ts";
import { type Checkpoint, KEPT_PAGE_BYTES } from "../checkpoint.ts";

export class Ahead {
  /** In the order of time. */
  readonly points: Checkpoint[];
  /** `between[i]` are the pages in which point `i` differs from the one before it, as they are at it. */
  readonly between: PageContents[];

  constructor(points: Checkpoint[], between: PageContents[]) {
    this.points = points;
    this.between = between;
  }

  /** Memory that it takes, about. */
  get sizeBytes(): number {
    const pages = this.between.reduce((sum, { size }) => sum + size, 0);
    return this.points.reduce((sum, { sizeBytes }) => sum + sizeBytes, pages * KEPT_PAGE_BYTES);
  }

  /** Gives up everything that the run makes again by itself: what stays is what was done from outside, and what is pinned. */
  thin(pinned: ReadonlySet<Checkpoint>): void {
    const { points, between } = this;
    for (let i = points.length - 1; i >= 0; i--) {
      const point = points[i] as Checkpoint;
      const next = points[i + 1];
      if (point.cut !== null || (next !== undefined && next.cut !== null) || pinned.has(point)) continue;
      points.splice(i, 1);
      const [nearer, farther] = between.splice(i, 2);
      if (nearer !== undefined && farther !== undefined) between.splice(i, 0, PageContents.merged(nearer, farther));
    }
  }

  /** What lies up to a point of it, that point included. The rest is not needed any more. */
  upTo(point: Checkpoint): Ahead {
    const count = this.points.indexOf(point) + 1;
    return new Ahead(this.points.slice(0, count), this.between.slice(0, count));
  }
  /** This, and then another that begins where it ends. */
  followedBy(other: Ahead): Ahead {
    return new Ahead([...this.points, ...other.points], [...this.between, ...other.between]);
  }
}
