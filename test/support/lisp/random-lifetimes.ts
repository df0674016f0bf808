/**
 * Random programs that do with lists whatever a lifetime plan has to understand: share, move, change and return them, keep them in closures, globals and
 * loops, leave early, recurse. A program ends by itself, makes no error, and prints what it finds in its lists, so that two runs can be compared.
 */

/** A stream of numbers that a seed determines. */
function numbers(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** What can be named where an expression stands. */
interface Names {
  readonly lists: readonly string[];
  readonly numbers: readonly string[];
  readonly functions: readonly string[];
  /** How many functions of the program can be called: those before the one being made. */
  readonly callable: number;
  readonly isInLoop: boolean;
  /** Calls of functions of the program inside loops would take too long when they are nested. */
  readonly loops: number;
}

const PRELUDE = `(define (size x k)
  (if (< k 1) 1
      (if (pair? x) (% (+ (* 3 (size (car x) (- k 1))) (size (cdr x) (- k 1))) 10007)
          (if (number? x) x (if (vector? x) (+ 4 (size (vector-ref x 0) (- k 1))) 2)))))
(define (head x) (if (pair? x) (let ((h (car x))) (if (number? h) h 5)) 3))
(define (rest x) (if (pair? x) (cdr x) x))
(define (first x) (if (pair? x) (car x) x))
(define (list3 a b c) (cons a (cons b (cons c nil))))
(define (call f x) (f x))
(define (eat x) (let ((kept (vector x nil))) (head (vector-ref kept 0))))
(define-type box value next)
(define (held x) (if (procedure? x) (x 1) (if (box? x) (box-value x) (if (vector? x) (vector-ref x 0) x))))
`;

class Maker {
  private readonly pick: (limit: number) => number;
  private made = 0;
  /** Half of the programs change no list, half assign no variable: otherwise little could be said about most of them. */
  private readonly mutates: boolean;
  private readonly assigns: boolean;

  constructor(seed: number) {
    this.pick = numbers(seed);
    this.mutates = this.pick(2) === 0;
    this.assigns = this.pick(2) === 0;
  }

  private one<T>(items: readonly T[]): T {
    return items[this.pick(items.length)] as T;
  }
  private name(prefix: string): string {
    return `${prefix}${this.made++}`;
  }

  program(): string {
    const functions = 1 + this.pick(4);
    const forms: string[] = [];
    for (let i = 0; i < functions; i++) forms.push(this.define(i));
    const lists: string[] = [];
    const top = (): Names => ({
      lists,
      numbers: [],
      functions: [],
      callable: functions,
      isInLoop: false,
      loops: 0,
    });
    const globals = 1 + this.pick(3);
    for (let i = 0; i < globals; i++) {
      forms.push(`(define g${i} ${this.list(3, top())})`);
      lists.push(`g${i}`);
    }
    const statements = 2 + this.pick(5);
    for (let i = 0; i < statements; i++) forms.push(this.statement(4, top()));
    for (const list of lists) forms.push(`(print (size ${list} 7))`);
    return `${PRELUDE}${forms.join("\n")}\n`;
  }

  /** A function of a number and two lists; half of them call themselves. */
  private define(index: number): string {
    const names: Names = {
      lists: ["a", "b"],
      numbers: ["n"],
      functions: [],
      callable: index,
      isInLoop: false,
      loops: 0,
    };
    const body = this.list(4, names);
    if (this.pick(2) === 0) return `(define (f${index} n a b) ${body})`;
    const again = `(f${index} (- n 1) ${this.list(2, names)} ${this.list(2, names)})`;
    const way = this.pick(3);
    const recursion =
      way === 0 ? again : way === 1 ? `(cons ${this.number(1, names)} ${again})` : `(first (cons ${again} nil))`;
    return `(define (f${index} n a b) (if (< n 1) ${body} ${recursion}))`;
  }

  /** An expression whose value is a list, or what is in one. */
  private list(depth: number, names: Names): string {
    const { lists } = names;
    if (depth <= 0)
      return this.pick(3) === 0 || lists.length === 0 ? this.one(["nil", "(list 1)", "'(7 8)"]) : this.one(lists);
    const sub = () => this.list(depth - 1, names);
    const number = () => this.number(depth - 1, names);
    switch (this.pick(28)) {
      case 26:
      case 27:
        return this.withRepeats(depth - 1, names);
      case 24:
        return this.withLibrary(depth - 1, names);
      case 25:
        return this.withObjects(depth - 1, names);
      case 0:
      case 1:
      case 2:
        return lists.length > 0 ? this.one(lists) : "nil";
      case 3:
        return `(cons ${number()} ${sub()})`;
      case 4:
        return `(cons ${sub()} ${sub()})`;
      case 5:
        return `(list ${number()} ${sub()} ${number()})`;
      case 6:
        return `(list3 ${number()} ${sub()} ${number()})`;
      case 7:
        return `(rest ${sub()})`;
      case 8:
        return `(first ${sub()})`;
      case 9:
        return `(if ${this.test(depth - 1, names)} ${sub()} ${sub()})`;
      case 10:
      case 11:
      case 12: {
        const name = this.name("x");
        return `(let ((${name} ${sub()})) ${this.body(depth - 1, { ...names, lists: [...lists, name] })})`;
      }
      case 13: {
        const [first, second] = [this.name("x"), this.name("x")];
        const inside = { ...names, lists: [...lists, first, second] };
        return `(let ((${first} ${sub()}) (${second} ${sub()})) ${this.body(depth - 1, inside)})`;
      }
      case 14:
        return names.callable > 0 && names.loops < 2
          ? `(f${this.pick(names.callable)} ${this.pick(3)} ${sub()} ${sub()})`
          : `(cons ${sub()} nil)`;
      case 15:
        return this.loop(depth, names);
      case 16: {
        const name = this.name("p");
        return `((lambda (${name}) ${this.list(depth - 1, { ...names, lists: [...lists, name], isInLoop: false })}) ${sub()})`;
      }
      case 17: {
        const [name, parameter] = [this.name("h"), this.name("p")];
        const made = `(lambda (${parameter}) ${this.list(depth - 2, { ...names, lists: [...lists, parameter], isInLoop: false })})`;
        const inside = { ...names, functions: [...names.functions, name] };
        return `(let ((${name} ${made})) ${this.list(depth - 1, inside)})`;
      }
      case 18:
        return names.functions.length > 0 ? `(${this.one(names.functions)} ${sub()})` : `(cons ${sub()} ${number()})`;
      case 19:
        return `(cond (${this.test(depth - 1, names)} ${sub()}) (${this.test(depth - 1, names)} ${sub()}) (else ${sub()}))`;
      case 20:
        return `(or ${sub()} ${sub()})`;
      case 21:
        return `(and ${this.test(depth - 1, names)} ${sub()})`;
      case 22:
        return `(map (lambda (e) (cons e nil)) (list ${number()} ${number()}))`;
      default:
        return `(begin ${this.statement(depth - 1, names)} ${sub()})`;
    }
  }

  /** Library functions, which take lists, keep parts of them, and call functions. */
  private withLibrary(depth: number, names: Names): string {
    const sub = () => this.proper(depth, names);
    const [name, other] = [this.name("e"), this.name("e")];
    const inside = { ...names, lists: [...names.lists, name], isInLoop: false, loops: names.loops + 1 };
    const body = this.list(depth - 2, inside);
    switch (this.pick(12)) {
      case 0:
        return `(append ${sub()} ${sub()})`;
      case 1:
        return `(reverse ${sub()})`;
      case 2:
        return `(map (lambda (${name}) ${body}) ${sub()})`;
      case 3:
        return `(filter (lambda (${name}) ${this.test(depth - 2, inside)}) ${sub()})`;
      case 4:
        return `(fold (lambda (${name} ${other}) (cons ${body} ${other})) ${this.list(depth - 2, names)} ${sub()})`;
      case 5:
        return `(begin (for-each (lambda (${name}) (print (size ${body} 5))) ${sub()}) ${sub()})`;
      case 6:
        return `(apply list3 (list ${this.list(depth - 1, names)} 1 ${this.list(depth - 1, names)}))`;
      case 7:
        return `(call (lambda (${name}) ${body}) ${this.list(depth - 1, names)})`;
      case 8:
        return `(call rest ${this.list(depth - 1, names)})`;
      case 9:
        return `(member 3 ${sub()})`;
      case 10:
        return `(assoc 1 (list (cons 1 ${this.list(depth - 1, names)}) (cons 2 ${this.list(depth - 1, names)})))`;
      default:
        return `(vector->list (vector ${this.list(depth - 1, names)} ${this.list(depth - 1, names)}))`;
    }
  }

  /** A list that ends with nil. */
  private proper(depth: number, names: Names): string {
    return `(list ${this.list(depth - 1, names)} ${this.number(depth - 1, names)} ${this.list(depth - 1, names)})`;
  }

  /** What is no pair: vectors, records, tables, functions in lists, several results. */
  private withObjects(depth: number, names: Names): string {
    const { lists } = names;
    const sub = () => this.list(depth - 1, names);
    const [name, second] = [this.name("o"), this.name("o")];
    const inside = { ...names, lists: [...lists, name] };
    switch (this.pick(11)) {
      case 9:
      case 10: {
        const whole = lists.length > 0 ? this.one(lists) : sub();
        return `(let ((${name} (rest ${whole}))) (print (eat ${whole})) ${this.list(depth - 1, inside)})`;
      }
      case 0:
        return `(held (vector ${sub()} ${sub()}))`;
      case 1:
        return `(held (make-box ${sub()} ${sub()}))`;
      case 2:
        return `(box-next (make-box ${sub()} ${sub()}))`;
      case 3:
        return `(let ((${name} (make-table))) (table-set! ${name} 1 ${sub()}) (table-ref ${name} ${this.pick(2)}))`;
      case 4:
        return `(held (first (list (lambda (${second}) ${this.list(depth - 1, { ...names, isInLoop: false })}))))`;
      case 5:
        return `(receive (${name} ${second}) (values ${sub()} ${sub()}) ${this.list(depth - 1, { ...inside, lists: [...inside.lists, second] })})`;
      case 6:
        return `(let ((${name} (lambda (${second}) (cons ${sub()} ${second})))) (call ${name} (${name} ${sub()})))`;
      case 7:
        return `(letrec ((${name} (lambda (${second} k) (if (< k 1) ${second} (${name} (cons k ${second}) (- k 1)))))) (${name} ${sub()} 2))`;
      default: {
        const change = this.mutates ? `(set-box-next! ${name} ${sub()})` : sub();
        return `(let ((${name} (make-box ${sub()} nil))) ${change} (box-next ${name}))`;
      }
    }
  }

  /** Structures that hold the same value more than once, which only the run may know the number of; a vector of them has at least one item. */
  private withRepeats(depth: number, names: Names): string {
    const sub = () => this.list(depth - 1, names);
    const shared = () => (names.lists.length > 0 ? this.one(names.lists) : sub());
    const length = () => this.length(names);
    const name = this.name("r");
    const inside = this.list(depth - 2, { ...names, lists: [...names.lists, name] });
    switch (this.pick(9)) {
      case 0:
        return `(make-vector ${length()} ${sub()})`;
      case 1:
        return `(make-vector ${length()} ${shared()})`;
      case 2:
        return `(vector-ref (make-vector ${length()} ${sub()}) 0)`;
      case 3:
        return `(let ((${name} (make-vector ${length()} ${shared()}))) ${inside})`;
      case 4:
        return `(let ((${name} (make-vector 3 ${sub()}))) (vector-set! ${name} ${this.pick(3)} ${sub()}) ${inside})`;
      case 5:
        return `(vector-fill! (make-vector ${length()} ${sub()}) ${this.pick(2) === 0 ? shared() : sub()})`;
      case 6:
        return `(let ((${name} ${sub()})) (${this.one(["list", "vector", "cons"])} ${name} ${name}))`;
      case 7:
        return `(let ((${name} ${sub()})) (vector ${name} ${shared()} ${name} ${inside}))`;
      default:
        return `(call (lambda (${name}) (make-vector ${length()} ${name})) ${sub()})`;
    }
  }

  /** Number of items of a vector: in the text, or only when it runs. */
  private length(names: Names): string {
    const known = String(1 + this.pick(4));
    if (names.numbers.length === 0 || this.pick(2) === 0) return known;
    const number = this.one(names.numbers);
    return `(if (< 0 ${number} 5) ${number} ${known})`;
  }

  private body(depth: number, names: Names): string {
    return this.pick(3) === 0 ? `${this.statement(depth, names)} ${this.list(depth, names)}` : this.list(depth, names);
  }

  /** A named let that makes or walks a list. */
  private loop(depth: number, names: Names): string {
    const [again, count, value] = [this.name("loop"), this.name("i"), this.name("x")];
    const inside: Names = {
      ...names,
      lists: [...names.lists, value],
      numbers: [...names.numbers, count],
      isInLoop: false,
      loops: names.loops + 1,
    };
    const turn = `(${again} (- ${count} 1) ${this.list(depth - 2, inside)})`;
    const other =
      this.pick(2) === 0 ? turn : `(if ${this.test(depth - 2, inside)} ${turn} ${this.list(depth - 2, inside)})`;
    const start = `((${count} ${1 + this.pick(3)}) (${value} ${this.list(depth - 2, names)}))`;
    return `(let ${again} ${start} (if (< ${count} 1) ${this.list(depth - 2, inside)} ${other}))`;
  }

  private number(depth: number, names: Names): string {
    if (depth <= 0 || this.pick(3) === 0) {
      return names.numbers.length > 0 && this.pick(2) === 0 ? this.one(names.numbers) : String(this.pick(9));
    }
    const list = this.list(depth - 1, names);
    switch (this.pick(5)) {
      case 0:
        return `(+ ${this.number(depth - 1, names)} ${this.number(depth - 1, names)})`;
      case 1:
        return `(head ${list})`;
      case 2:
        return `(if (pair? ${list}) 1 0)`;
      case 3:
        return `(% (size ${list} 5) 100)`;
      default:
        return `(if ${this.test(depth - 1, names)} ${this.number(depth - 1, names)} 4)`;
    }
  }

  private test(depth: number, names: Names): string {
    switch (this.pick(5)) {
      case 0:
        return `(pair? ${this.list(depth, names)})`;
      case 1:
        return `(< ${this.number(depth, names)} 3)`;
      case 2:
        return `(not (null? ${this.list(depth, names)}))`;
      case 3:
        return `(eq? ${this.list(depth, names)} ${this.list(depth - 1, names)})`;
      default:
        return `(and (pair? ${this.list(depth - 1, names)}) (< ${this.number(depth - 1, names)} 4))`;
    }
  }

  private statement(depth: number, names: Names): string {
    const list = () => this.list(depth - 1, names);
    const name = names.lists.length > 0 ? this.one(names.lists) : "nil";
    switch (this.pick(names.lists.length > 0 ? 18 : 4)) {
      case 0:
      case 1:
        return `(print (size ${list()} 6))`;
      case 2:
        return `(if ${this.test(depth - 1, names)} (print ${this.number(depth - 1, names)}))`;
      case 3:
        return list();
      case 4:
      case 5:
        return this.assigns ? `(set! ${name} ${list()})` : `(print (size ${name} 6))`;
      case 6:
        return this.mutates ? `(if (pair? ${name}) (set-car! ${name} ${list()}))` : list();
      case 7:
        return this.mutates ? `(if (pair? ${name}) (set-cdr! ${name} ${list()}))` : list();
      case 8:
        if (!this.mutates) return `(let ((t ${list()})) (print (size (cons t t) 5)))`;
        return `(let ((t ${list()})) (if (pair? t) (set-cdr! t ${list()})) (print (size t 5)))`;
      case 9:
        return this.counted(depth, names);
      case 10:
        return names.isInLoop && this.pick(2) === 0
          ? `(if ${this.test(depth - 1, names)} (break))`
          : this.whileLoop(depth, names);
      case 11:
        return `(begin ${this.statement(depth - 1, names)} ${this.statement(depth - 1, names)})`;
      case 12: {
        const [v] = [this.name("v")];
        return `(let ((${v} (vector ${list()} ${list()}))) (print (size (vector-ref ${v} ${this.pick(2)}) 5)))`;
      }
      case 13:
        return `(print (head ${list()}))`;
      default:
        return this.repeat(depth, names, name);
    }
  }

  /** A vector that holds a variable many times and that nobody keeps, or one that is changed. */
  private repeat(depth: number, names: Names, name: string): string {
    const list = () => this.list(depth - 1, names);
    switch (this.pick(5)) {
      case 0:
        return `(make-vector ${this.length(names)} ${name})`;
      case 1:
        return `(print (size (make-vector ${this.length(names)} ${name}) 5))`;
      case 2:
        if (!this.assigns) return `(list ${name} ${name})`;
        return `(begin (set! ${name} (cons 1 (list 2 ${list()}))) (make-vector ${this.length(names)} ${name}))`;
      case 3:
        return this.mutates ? `(if (vector? ${name}) (vector-set! ${name} 0 ${list()}))` : `(vector ${name} ${name})`;
      default:
        return this.mutates ? `(if (vector? ${name}) (vector-fill! ${name} ${list()}))` : list();
    }
  }

  private counted(depth: number, names: Names): string {
    const count = this.name("i");
    const inside = {
      ...names,
      numbers: [...names.numbers, count],
      isInLoop: true,
      loops: names.loops + 1,
    };
    return `(for (${count} 0 ${1 + this.pick(3)}) ${this.statement(depth - 1, inside)})`;
  }

  private whileLoop(depth: number, names: Names): string {
    const count = this.name("i");
    const inside = { ...names, isInLoop: true, loops: names.loops + 1 };
    return `(let ((${count} 0)) (while (< ${count} 3) (set! ${count} (+ ${count} 1)) ${this.statement(depth - 1, inside)}))`;
  }
}

/** The source of a program. */
export function randomLifetimes(seed: number): string {
  return new Maker(seed).program();
}
