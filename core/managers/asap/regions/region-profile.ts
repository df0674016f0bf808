/** Memory profile of the regions: what each place took, also of those that are over. Places with one name are one row: a function opens a scope at each call. */
import type { Words } from "../../../base/units.ts";
import type { Place, PlaceKind } from "./place.ts";

export interface ProfileRow {
  readonly name: string;
  readonly kind: PlaceKind;
  /** Times that it was opened and ended. */
  readonly times: number;
  /** Objects and words at its ends, together, and the most words at one time. */
  readonly objects: number;
  readonly words: Words;
  readonly peakWords: Words;
}

export class RegionProfile {
  private readonly rows = new Map<string, ProfileRow>();

  /** A place is about to end. */
  note({ identity: { isRegion, kind, name }, objects, words, peakWords }: Place): void {
    const label = isRegion ? name : kind;
    const row = this.rows.get(label) ?? { name: label, kind, times: 0, objects: 0, words: 0, peakWords: 0 };
    this.rows.set(label, {
      ...row,
      times: row.times + 1,
      objects: row.objects + objects,
      words: row.words + words,
      peakWords: Math.max(row.peakWords, peakWords),
    });
  }

  all(): ProfileRow[] {
    return [...this.rows.values()];
  }
  save(): string {
    return JSON.stringify(this.all());
  }
  restore(text: string): void {
    this.rows.clear();
    for (const row of JSON.parse(text) as ProfileRow[]) this.rows.set(row.name, row);
  }
}
