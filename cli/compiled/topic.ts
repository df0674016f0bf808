/** What a topic of `conspect inspect` is when the file is a compiled one. */
import { type CompiledFile, type CompiledFunction, functionName, nearestName, patternTest } from "#core";
import { UsageError } from "../command.ts";
import type { TopicAnswer } from "../topics/topic.ts";

export interface CompiledTopic {
  readonly name: string;
  readonly synopsis: string;
  readonly summary: string;
  /** @throws {UsageError} for arguments that it does not take */
  run(file: CompiledFile, args: readonly string[]): TopicAnswer;
}

/** Functions whose name a pattern names; all without one. */
export function functionsNamed(file: CompiledFile, pattern: string | null): readonly CompiledFunction[] {
  const accept = patternTest(pattern);
  return file.functions.filter((each) => pattern === null || accept(functionName(each)));
}

/** @throws {UsageError} when there is no such function */
export function functionCalled(file: CompiledFile, wanted: string): readonly CompiledFunction[] {
  for (const name of [wanted, wanted.toUpperCase()]) {
    const found = file.functions.filter((each) => functionName(each) === name || each.name?.name === name);
    if (found.length > 0) return found;
  }
  const near = nearestName(wanted, file.functions.map(functionName));
  throw new UsageError(`there is no function ${wanted} in the file${near === null ? "" : `; did you mean ${near}?`}`);
}
