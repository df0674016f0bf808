/** The topics of `conspect inspect` for compiled files, in the order in which help lists them. */
import { nearestName } from "#core";
import { UsageError } from "../command.ts";
import { disassembleTopic } from "./disassemble.ts";
import { expressionsTopic } from "./expressions.ts";
import { functionsTopic } from "./functions.ts";
import { literalsTopic } from "./literals.ts";
import { summaryTopic } from "./summary.ts";
import type { CompiledTopic } from "./topic.ts";

export const compiledTopics: readonly CompiledTopic[] = [
  summaryTopic,
  functionsTopic,
  disassembleTopic,
  expressionsTopic,
  literalsTopic,
];

/** @throws {UsageError} that says which topics there are */
export function findCompiledTopic(name: string): CompiledTopic {
  const found = compiledTopics.find((topic) => topic.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = compiledTopics.map((topic) => topic.name);
  const near = nearestName(name.toLowerCase(), names);
  const meant = near === null ? "" : `; did you mean ${near}?`;
  throw new UsageError(`there is no topic ${name} for compiled files${meant} Topics: ${names.join(", ")}`);
}
