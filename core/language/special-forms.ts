/** The special forms of Conspect Lisp: how each is written and what it means. What they do to names and control is in `analysis/`. */

export interface SpecialForm {
  readonly name: string;
  readonly syntax: string;
  readonly doc: string;
}

const rows: readonly SpecialForm[] = [
  {
    name: "define",
    syntax: "(define name value) or (define (name parameter …) body …)",
    doc: "Defines a variable or a function: of the file at the top level, else of the body around it.",
  },
  { name: "defun", syntax: "(defun name (parameter …) body …)", doc: "Defines a function, as in Common Lisp." },
  {
    name: "defmicro",
    syntax: "(defmicro name (parameter …) body …)",
    doc: "Defines a function whose body takes the place of its calls, as an operation in microcode does. Only at the top level, at most 155 in a program.",
  },
  {
    name: "defmacro",
    syntax: "(defmacro name (parameter …) body …)",
    doc: "Defines a macro: a call of it is replaced by the form that the body makes of the arguments, which are not evaluated. (a . rest) or a single name takes further arguments as a list.",
  },
  {
    name: "define-type",
    syntax: "(define-type name field …)",
    doc: "A type with fields: make-name makes one, name? tells one, name-field reads and set-name-field! replaces a field. A field is a name, or (name weak), (name back), (name strong).",
  },
  {
    name: "lambda",
    syntax: "(lambda (parameter …) body …)",
    doc: "A function. (a . rest) or a single name takes further arguments as a list.",
  },
  {
    name: "let",
    syntax: "(let ((name value) …) body …) or (let name ((variable value) …) body …)",
    doc: "Local variables; with a name, a loop that is repeated by calling the name.",
  },
  {
    name: "let*",
    syntax: "(let* ((name value) …) body …)",
    doc: "Local variables, each visible in the values after it.",
  },
  {
    name: "letrec",
    syntax: "(letrec ((name value) …) body …)",
    doc: "Local variables and functions that see each other.",
  },
  {
    name: "receive",
    syntax: "(receive (name …) form body …)",
    doc: "Local variables for the results of a form that gives several by values. (a . rest) or a single name takes further ones as a list.",
  },
  {
    name: "let-values",
    syntax: "(let-values (((name …) form) …) body …)",
    doc: "Local variables for the results of several forms, each as receive takes them.",
  },
  { name: "set!", syntax: "(set! name value)", doc: "Assigns a variable; the result is the value." },
  { name: "set", syntax: "(set name value)", doc: "Assigns a variable, as set!." },
  { name: "setq", syntax: "(setq name value …)", doc: "Assigns variables, as in Common Lisp." },
  {
    name: "if",
    syntax: "(if test then else)",
    doc: "`then` when the test is not nil, else `else`, which may be left out.",
  },
  {
    name: "cond",
    syntax: "(cond (test body …) … (else body …))",
    doc: "The body of the first clause whose test is not nil. (test => function) passes the value of the test.",
  },
  {
    name: "case",
    syntax: "(case key ((datum …) body …) … (else body …))",
    doc: "The body of the clause that lists the key.",
  },
  { name: "when", syntax: "(when test body …)", doc: "The body when the test is not nil." },
  { name: "unless", syntax: "(unless test body …)", doc: "The body when the test is nil." },
  { name: "and", syntax: "(and form …)", doc: "Nil at the first form that is nil, else the value of the last." },
  { name: "or", syntax: "(or form …)", doc: "The first value that is not nil." },
  { name: "begin", syntax: "(begin form …)", doc: "Evaluates the forms in order; the value is that of the last." },
  { name: "do", syntax: "(do form …)", doc: "Evaluates the forms in order, as begin; there is no loop of this name." },
  { name: "progn", syntax: "(progn form …)", doc: "Evaluates the forms in order, as begin." },
  {
    name: "while",
    syntax: "(while test body …)",
    doc: "Repeats the body as long as the test is not nil. The value is nil.",
  },
  {
    name: "for",
    syntax: "(for (name from to step) body …)",
    doc: "Repeats the body with name = from, from + step, … while it is less than `to`, or greater when the step is negative. The step may be left out: 1. The value is nil.",
  },
  { name: "break", syntax: "(break)", doc: "Leaves the innermost while or for." },
  { name: "continue", syntax: "(continue)", doc: "Goes on with the next turn of the innermost while or for." },
  {
    name: "with-arena",
    syntax: "(with-arena body …)",
    doc: "Evaluates the body in an arena of its own, if the memory manager has arenas: what it allocates goes all at once at its end. The value is that of the last form, and must not lie in the arena.",
  },
  {
    name: "with-region",
    syntax: "(with-region name body …)",
    doc: "As with-arena, as a region with a name: nothing outside may refer into it, and that is checked at every store.",
  },
  { name: "quote", syntax: "(quote datum) or 'datum", doc: "The datum itself, not evaluated." },
  {
    name: "quasiquote",
    syntax: "(quasiquote template) or `template",
    doc: "A copy of the template, with ,form replaced by a value and ,@form by the items of a list.",
  },
];

export const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map(rows.map((row) => [row.name, row]));
