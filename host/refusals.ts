/** What Node throws when the system refuses something, as the number that Lisp knows. */
import { type Refusal, UNIX_ERROR } from "#core";

/** Names that Node gives, independent of the system's own numbers. */
const NUMBERS: { readonly [code: string]: number } = {
  EPERM: UNIX_ERROR.notPermitted,
  ENOENT: UNIX_ERROR.noSuchFile,
  EBADF: UNIX_ERROR.badFileNumber,
  EACCES: UNIX_ERROR.accessDenied,
  EEXIST: UNIX_ERROR.exists,
  EXDEV: UNIX_ERROR.otherDevice,
  ENOTDIR: UNIX_ERROR.notDirectory,
  EISDIR: UNIX_ERROR.isDirectory,
  EINVAL: UNIX_ERROR.invalidArgument,
  ENFILE: UNIX_ERROR.tooManyFiles,
  EMFILE: UNIX_ERROR.tooManyFiles,
  EFBIG: UNIX_ERROR.tooLarge,
  ENOSPC: UNIX_ERROR.noSpace,
  EROFS: UNIX_ERROR.readOnly,
  ENAMETOOLONG: UNIX_ERROR.nameTooLong,
  ENOTEMPTY: UNIX_ERROR.notEmpty,
  // A link that leads nowhere, and one that is not to be followed.
  ELOOP: UNIX_ERROR.accessDenied,
};

/** @throws the problem itself when it is no refusal of the system */
export function refusalOf(problem: unknown): Refusal {
  const code = problem instanceof Error && "code" in problem ? problem.code : null;
  if (typeof code !== "string" || !code.startsWith("E") || code.startsWith("ERR_")) throw problem;
  return { refused: NUMBERS[code] ?? UNIX_ERROR.invalidArgument };
}

/** The answer of an action, or the system's refusal of it. */
export function attempt<T>(action: () => T): T | Refusal {
  try {
    return action();
  } catch (problem) {
    return refusalOf(problem);
  }
}
