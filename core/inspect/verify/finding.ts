/** What a check finds: the first bad place, what should be there, what is there, and the cells around it. */
import type { Cell, WordAddress } from "../../base/units.ts";

/**
 * `error`: the image is damaged. `warning`: nothing that a sound image has, but nothing breaks by it. `note`: worth knowing, and found in
 * healthy images too.
 */
export type Severity = "error" | "warning" | "note";

/** A cell near a bad place. */
export interface Neighbour {
  readonly address: WordAddress;
  readonly cell: Cell;
  /** What the cell is, where it lies. */
  readonly text: string;
  readonly isBad: boolean;
}

export interface Finding {
  /** Name of the check. */
  readonly check: string;
  readonly severity: Severity;
  /** Word address of the first place that is wrong; null for a finding about no place. */
  readonly address: WordAddress | null;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** Cells before and after the bad place, the bad one among them. */
  readonly neighbours: readonly Neighbour[];
}

export type Totals = Readonly<Record<Severity, number>>;

/** Findings that are kept of each severity in a check; the others are counted. */
export const FINDINGS_KEPT = 50;

/** Findings of one check as they come, bounded. */
export class Findings {
  readonly totals: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  readonly kept: Finding[] = [];
  /** How many things were looked at, and what they are. */
  looked = "";
  /** Why the check was not made; null when it was. */
  skipped: string | null = null;
  private readonly check: string;
  private readonly around: (address: WordAddress) => readonly Neighbour[];

  constructor(check: string, around: (address: WordAddress) => readonly Neighbour[]) {
    this.check = check;
    this.around = around;
  }

  error(address: WordAddress | null, what: string, expected: string, found: string): void {
    this.add("error", address, what, expected, found);
  }
  warning(address: WordAddress | null, what: string, expected: string, found: string): void {
    this.add("warning", address, what, expected, found);
  }
  note(address: WordAddress | null, what: string, expected: string, found: string): void {
    this.add("note", address, what, expected, found);
  }

  private add(severity: Severity, address: WordAddress | null, what: string, expected: string, found: string): void {
    if (++this.totals[severity] > FINDINGS_KEPT) return;
    const neighbours = address === null ? [] : this.around(address);
    this.kept.push({ check: this.check, severity, address, what, expected, found, neighbours });
  }
}
