/** Where the text of a program declares what a debugger shows: variables and functions by name. */
import { analyse } from "../../language/analysis/analyse.ts";
import type { Analysis, Binding, Scope } from "../../language/analysis/tree.ts";
import type { Range } from "../../language/forms.ts";
import { scopeAt } from "../../language/queries/names/names.ts";

export class Declarations {
  private readonly analysis: Analysis;
  private readonly byName = new Map<string, Binding[]>();

  constructor(text: string) {
    this.analysis = analyse(text);
    for (const binding of this.analysis.bindings) {
      const known = this.byName.get(binding.name);
      if (known === undefined) this.byName.set(binding.name, [binding]);
      else known.push(binding);
    }
  }

  /** The name where the variable is declared that code at `offset` means; that of the top level when the offset is null. */
  variable(name: string, offset: number | null): Range | null {
    const known = this.byName.get(name);
    if (known === undefined) return null;
    let scope: Scope | null = offset === null ? null : scopeAt(this.analysis, offset);
    for (; scope !== null; scope = scope.parent) {
      const found = scope.bindings.findLast((binding) => binding.name === name);
      if (found !== undefined) return found.nameRange;
    }
    return known.find(({ isGlobal }) => isGlobal)?.nameRange ?? null;
  }

  /** The name of the function to which the text at `offset` belongs, where it is defined; null for one without a name. */
  functionAround(name: string, offset: number): Range | null {
    const around = (this.byName.get(name) ?? []).filter(
      ({ lambda, range }) => lambda !== null && range.start <= offset && offset <= range.end,
    );
    return around.at(-1)?.nameRange ?? null;
  }
}
