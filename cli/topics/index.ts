/** The topics of `conspect inspect`, in the order in which help lists them. A new topic is a file here and a row below. */
import { nearestName } from "#core";
import { UsageError } from "../command.ts";
import { auditTopic } from "./checks/audit.ts";
import { refcountsTopic } from "./checks/refcounts.ts";
import { verifyTopic } from "./checks/verify.ts";
import { holdersTopic } from "./graph/holders.ts";
import { islandsTopic } from "./graph/islands.ts";
import { retainedTopic } from "./graph/retained.ts";
import { whyTopic } from "./graph/why.ts";
import { diffTopic } from "./image/diff.ts";
import { interfaceTopic } from "./image/interface.ts";
import { regionsTopic } from "./image/regions.ts";
import { summaryTopic } from "./image/summary.ts";
import { codeTopic } from "./lisp/code.ts";
import { disassembleTopic } from "./lisp/disassemble.ts";
import { framesTopic } from "./lisp/frames.ts";
import { objectTopic } from "./lisp/object.ts";
import { packagesTopic } from "./lisp/packages.ts";
import { stringsTopic } from "./lisp/strings.ts";
import { symbolsTopic } from "./lisp/symbols.ts";
import { typesTopic } from "./lisp/types.ts";
import type { Topic } from "./topic.ts";

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
