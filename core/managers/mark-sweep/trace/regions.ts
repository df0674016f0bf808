/**
 * The heap in regions, and which of them are worth collecting first: those with the most garbage. Figures are those of the last marking.
 */
import { IntList } from "../../../base/int-list.ts";
import type { ObjectTable } from "../table/object-table.ts";

/** Figures of one region, in bytes unless said otherwise. */
export interface RegionFigures {
  readonly region: number;
  /** Objects, dead ones included. */
  readonly objects: number;
  readonly live: number;
  readonly garbage: number;
}

export class Regions {
  private readonly table: ObjectTable;
  private readonly regionOf: (id: number) => number;
  private known = new Map<number, RegionFigures>();

  /** @param regionOf number of the region that an object lies in */
  constructor(table: ObjectTable, regionOf: (id: number) => number) {
    this.table = table;
    this.regionOf = regionOf;
  }

  /** Every region that has an object, the one with the most garbage first. */
  figures(): RegionFigures[] {
    return [...this.known.values()].sort((a, b) => b.garbage - a.garbage || a.region - b.region);
  }

  /**
   * The dead objects in the order in which to free them, region by region.
   * @param most regions that are collected
   */
  garbageFirst(dead: IntList, most: number): IntList {
    const byRegion = new Map<number, IntList>();
    const garbage = new Map<number, number>();
    for (let i = 0; i < dead.length; i++) {
      const id = dead.at(i);
      const region = this.regionOf(id);
      let ids = byRegion.get(region);
      if (ids === undefined) {
        ids = new IntList();
        byRegion.set(region, ids);
      }
      ids.push(id);
      garbage.set(region, (garbage.get(region) ?? 0) + (this.table.sizes[id] as number));
    }
    this.measure(garbage);
    const order = new IntList();
    for (const { region } of this.figures().slice(0, most)) {
      const ids = byRegion.get(region);
      if (ids !== undefined) for (let i = 0; i < ids.length; i++) order.push(ids.at(i));
    }
    return order;
  }

  save(): readonly number[] {
    return [...this.known.values()].flatMap(({ region, objects, live, garbage }) => [region, objects, live, garbage]);
  }
  restore(figures: readonly number[]): void {
    this.known = new Map();
    for (let i = 0; i < figures.length; i += 4) {
      const [region = 0, objects = 0, live = 0, garbage = 0] = figures.slice(i, i + 4);
      this.known.set(region, { region, objects, live, garbage });
    }
  }

  private measure(garbage: ReadonlyMap<number, number>): void {
    const objects = new Map<number, number>();
    const bytes = new Map<number, number>();
    this.table.eachObject((id) => {
      const region = this.regionOf(id);
      objects.set(region, (objects.get(region) ?? 0) + 1);
      bytes.set(region, (bytes.get(region) ?? 0) + (this.table.sizes[id] as number));
    });
    this.known = new Map();
    for (const [region, count] of objects) {
      const dead = garbage.get(region) ?? 0;
      this.known.set(region, { region, objects: count, live: (bytes.get(region) ?? 0) - dead, garbage: dead });
    }
  }
}
