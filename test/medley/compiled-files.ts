/**
 * `npm run check:medley -- CHECKOUT`: reads every compiled file of a checkout of the public repository Interlisp/medley and reports what it
 * found. Exit code 0: all but the three files that are damaged there are read to their end; 1: more are not; 2: wrong use.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type CompiledFile, type CompiledFunction, disassemble, readCompiledFile, renderTable } from "#core";

/** Files of that repository that no loader can read (compiled files specification, section 8). */
const MOST_DAMAGED = 3;
const SHOWN_PROBLEMS = 3;

interface Totals {
  files: number;
  clean: number;
  functions: number;
  codeBytes: number;
  instructions: number;
  expressions: number;
}

function compiledFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== ".git")
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return compiledFiles(path);
      return entry.isFile() && /\.(lcom|dfasl)$/i.test(entry.name) ? [path] : [];
    })
    .sort();
}

const isCurrent = (each: CompiledFunction): boolean => each.obsolete === null;

function add(totals: Totals, file: CompiledFile): void {
  totals.files++;
  if (file.problems.length === 0) totals.clean++;
  totals.expressions += file.items.filter(({ kind }) => kind === "expression").length;
  if (file.problems.length > 0) return;
  for (const { code } of file.functions.filter(isCurrent)) {
    totals.functions++;
    totals.codeBytes += code.length;
    totals.instructions += disassemble(code, 0, code.length).length;
  }
}

function main(checkout: string | undefined): number {
  if (checkout === undefined) {
    process.stderr.write("usage: npm run check:medley -- CHECKOUT\n");
    return 2;
  }
  const empty = (): Totals => ({ files: 0, clean: 0, functions: 0, codeBytes: 0, instructions: 0, expressions: 0 });
  const totals = { LCOM: empty(), DFASL: empty() };
  for (const path of compiledFiles(checkout)) {
    const name = relative(checkout, path);
    const file = readCompiledFile(name, readFileSync(path));
    add(totals[file.kind], file);
    if (file.problems.length === 0) continue;
    process.stdout.write(`${name}: ${file.problems.length} problems\n`);
    for (const { offsetBytes, where, what, found, expected } of file.problems.slice(0, SHOWN_PROBLEMS)) {
      process.stdout.write(`  byte ${offsetBytes}: ${where}: ${what}: found ${found}, expected ${expected}\n`);
    }
  }
  const head = ["", "files", "read to the end", "functions", "code bytes", "instructions", "expressions"];
  const rows = Object.entries(totals).map(([kind, each]) => [
    kind,
    ...[each.files, each.clean, each.functions, each.codeBytes, each.instructions, each.expressions].map(String),
  ]);
  process.stdout.write(`${renderTable(head, rows).join("\n")}\n`);
  const files = totals.LCOM.files + totals.DFASL.files;
  const clean = totals.LCOM.clean + totals.DFASL.clean;
  process.stdout.write(`${clean} of ${files} files are read to their end\n`);
  return files > 0 && files - clean <= MOST_DAMAGED ? 0 : 1;
}

process.exitCode = main(process.argv[2]);
