/**
 * Mistakes with `free` that happen on every way through a function: a variable that is used, or freed again, after its object was freed.
 * What happens on some ways only is left to the machine, which checks every access.
 */
import type { Range } from "../forms.ts";
import { children } from "./analyse.ts";
import type { Binding, Expression } from "./tree.ts";

export interface FreeMistake {
  readonly kind: "use-after-free" | "double-free";
  readonly binding: Binding;
  /** The use, or the second `free`. */
  readonly range: Range;
  /** The `free` before it. */
  readonly freed: Range;
}

/** Variables whose object is gone for certain, and where that was said. */
type Freed = ReadonlyMap<Binding, Range>;

/** In order of their place. */
export function freeMistakes(program: readonly Expression[]): readonly FreeMistake[] {
  const walk = new Walk();
  let freed: Freed = new Map();
  for (const expression of program) freed = walk.through(expression, freed);
  return walk.found.sort((a, b) => a.range.start - b.range.start);
}

class Walk {
  readonly found: FreeMistake[] = [];

  /** What is freed behind an expression, when it ends at all. */
  through(expression: Expression, freed: Freed): Freed {
    switch (expression.kind) {
      case "local":
      case "global":
        this.use(expression, freed);
        return freed;
      case "primitive":
        return expression.builtin.name === "free" ? this.free(expression, freed) : this.all(expression.items, freed);
      case "set-local":
      case "set-global":
      case "define-local":
      case "define-global":
        return this.assigned(expression, this.through(expression.value, freed));
      case "if": {
        const before = this.through(expression.test, freed);
        return common([this.through(expression.consequent, before), this.through(expression.alternative, before)]);
      }
      case "sequence":
        return this.all(expression.items, freed);
      case "call":
        return this.all([...expression.items, expression.callee], freed);
      case "bind":
        return this.through(expression.body, this.all(expression.values, freed));
      case "block":
      case "arena":
        return this.through(expression.body, freed);
      case "lambda":
        // It runs later, when other things are freed.
        this.through(expression.lambda.body, new Map());
        return freed;
      default:
        // Clauses and loops may be passed over: what they free is not freed for certain.
        for (const part of children(expression)) this.through(part, freed);
        return freed;
    }
  }

  private all(expressions: readonly Expression[], freed: Freed): Freed {
    return expressions.reduce((before, expression) => this.through(expression, before), freed);
  }

  private free(expression: Expression & { kind: "primitive" }, freed: Freed): Freed {
    const [operand] = expression.items;
    const binding = operand === undefined ? null : variableOf(operand);
    if (binding === null) return this.all(expression.items, freed);
    const before = freed.get(binding);
    if (before !== undefined) this.found.push({ kind: "double-free", binding, range: expression.range, freed: before });
    return new Map([...freed, [binding, expression.range]]);
  }

  private use(expression: Expression, freed: Freed): void {
    const binding = variableOf(expression);
    const before = binding === null ? undefined : freed.get(binding);
    if (binding === null || before === undefined) return;
    this.found.push({ kind: "use-after-free", binding, range: expression.range, freed: before });
  }

  private assigned(expression: Expression, freed: Freed): Freed {
    const left = new Map(freed);
    for (const binding of freed.keys()) if (isAssigned(expression, binding)) left.delete(binding);
    return left;
  }
}

/** A variable that stands for one object as far as this function can tell. */
function variableOf(expression: Expression): Binding | null {
  return expression.kind === "local" || expression.kind === "global" ? expression.binding : null;
}

function isAssigned(expression: Expression, binding: Binding): boolean {
  if (expression.kind === "set-global") return binding.isGlobal && expression.name === binding.name;
  return "binding" in expression && expression.binding === binding;
}

function common([first, second]: readonly [Freed, Freed]): Freed {
  return new Map([...first].filter(([binding]) => second.has(binding)));
}
