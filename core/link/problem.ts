/** What cannot be linked. It is found deep inside an object; who knows the file and the expression adds them. */
import { ImageError, VmFault } from "../base/errors.ts";

export class LinkProblem extends Error {
  readonly what: string;
  readonly found: string;
  readonly expected: string;
  readonly advice: string | null;

  constructor(problem: { what: string; found: string; expected: string; advice?: string }) {
    super(`${problem.what}: found ${problem.found}, expected ${problem.expected}`);
    this.what = problem.what;
    this.found = problem.found;
    this.expected = problem.expected;
    this.advice = problem.advice ?? null;
  }
}

/** The place where linking stands. */
export interface LinkPlace {
  readonly file: string;
  readonly offsetBytes: number;
  /** The expression or function. */
  readonly where: string;
}

/**
 * The error that tells of a problem at its place.
 *
 * @throws whatever else was thrown
 */
export function errorAt({ file, offsetBytes, where }: LinkPlace, problem: unknown): ImageError {
  if (problem instanceof LinkProblem) {
    const { found, expected, advice } = problem;
    const what = `${where}: ${problem.what}`;
    return new ImageError({ file, offsetBytes, what, found, expected, ...(advice === null ? {} : { advice }) });
  }
  if (problem instanceof VmFault && problem.kind === "StorageFull") {
    const what = `${where}: the image is full`;
    const expected = "files that fit into the first 16 MB of an image";
    return new ImageError({ file, offsetBytes, what, found: problem.message, expected });
  }
  throw problem;
}
