/** The topics of `conspect inspect`, in the order in which help lists them. A new topic is a file here and a row below. */
import { nearestName } from "#core";
import { UsageError } from "../command.ts";
import { auditTopic } from "./audit.ts";
import { codeTopic } from "./code.ts";
import { diffTopic } from "./diff.ts";
import { disassembleTopic } from "./disassemble.ts";
import { framesTopic } from "./frames.ts";
import { holdersTopic } from "./holders.ts";
import { interfaceTopic } from "./interface.ts";
import { islandsTopic } from "./islands.ts";
import { objectTopic } from "./object.ts";
import { packagesTopic } from "./packages.ts";
import { refcountsTopic } from "./refcounts.ts";
import { regionsTopic } from "./regions.ts";
import { retainedTopic } from "./retained.ts";
import { stringsTopic } from "./strings.ts";
import { summaryTopic } from "./summary.ts";
import { symbolsTopic } from "./symbols.ts";
import type { Topic } from "./topic.ts";
import { typesTopic } from "./types.ts";
import { verifyTopic } from "./verify.ts";
import { whyTopic } from "./why.ts";

export const topics: readonly Topic[] = [
  summaryTopic,
  regionsTopic,
  interfaceTopic,
  framesTopic,
  symbolsTopic,
  packagesTopic,
  typesTopic,
  stringsTopic,
  objectTopic,
  whyTopic,
  holdersTopic,
  retainedTopic,
  islandsTopic,
  codeTopic,
  disassembleTopic,
  refcountsTopic,
  auditTopic,
  verifyTopic,
  diffTopic,
];

/** @throws {UsageError} that says which topics there are */
export function findTopic(name: string): Topic {
  const found = topics.find((topic) => topic.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = topics.map((topic) => topic.name);
  const near = nearestName(name.toLowerCase(), names);
  const meant = near === null ? "." : `; did you mean ${near}?`;
  throw new UsageError(`there is no topic ${name}${meant} Topics: ${names.join(", ")}`);
}
