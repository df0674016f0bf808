/** `verify`: checks the structures of an image, and shows each bad place with what was expected there and what stands around it. */
import { addressText, CHECKS, type Finding, hex, nearestName, type OpenImage, type VerifyReport, verify } from "#core";
import { parse, UsageError } from "../../command.ts";
import { grouped } from "../../text.ts";
import { counted, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const verifyTopic: Topic = {
  name: "verify",
  synopsis: "verify [CHECK …]",
  summary: "check blocks, free lists, cons pages, types, stack, symbols, page table, counts and code",
  run({ image, args, progress }) {
    const { positionals } = parse(args, {});
    const checks = positionals.map(checkNamed);
    const report = verify(image.view, checks.length === 0 ? {} : { checks }, ({ phase }) =>
      progress(`checking ${phase}`),
    );
    const isClean = report.totals.error + report.totals.warning + image.damage.total === 0;
    return lazyAnswer(
      () => lines(image, report, isClean),
      () => ({ ...report, file: { total: image.damage.total, items: image.damage.items } }),
      isClean ? 0 : 1,
    );
  },
};

/** @throws {UsageError} that says which checks there are */
function checkNamed(text: string): string {
  const name = text.toLowerCase();
  const names = CHECKS.map((check) => check.name);
  if (names.includes(name)) return name;
  const near = nearestName(name, names);
  const meant = near === null ? "." : `; did you mean ${near}?`;
  throw new UsageError(`there is no check ${text}${meant} Checks: ${names.join(", ")}`);
}

function* lines({ damage }: OpenImage, report: VerifyReport, isClean: boolean): Generator<string> {
  yield* tableLines(
    ["check", "looked at", "errors", "warnings", "notes"],
    report.checks.map(({ name, looked, skipped, totals }) => [
      name,
      skipped === null ? looked : `not checked: ${skipped}`,
      grouped(totals.error),
      grouped(totals.warning),
      grouped(totals.note),
    ]),
  );
  yield "";
  yield isClean ? "nothing wrong found" : summary(report, damage.total);
  for (const { where, offsetBytes, what, found, expected } of damage.items) {
    yield "";
    yield `error in the file, ${where}${offsetBytes === null ? "" : ` at byte ${offsetBytes}`}: ${what}`;
    yield `  expected  ${expected}`;
    yield `  found     ${found}`;
  }
  if (damage.total > damage.items.length) yield `and ${grouped(damage.total - damage.items.length)} more in the file`;
  for (const finding of report.findings) yield* findingLines(finding);
  for (const { name, totals } of report.checks) {
    const kept = report.findings.filter(({ check }) => check === name).length;
    const more = totals.error + totals.warning + totals.note - kept;
    if (more > 0) yield `and ${grouped(more)} more of ${name}`;
  }
}

function summary({ totals }: VerifyReport, damage: number): string {
  const parts = [counted(totals.error, "error"), counted(totals.warning, "warning")];
  if (damage > 0) parts.push(`${counted(damage, "thing")} wrong with the file itself`);
  return parts.join(", ");
}

function* findingLines({ severity, check, address, what, expected, found, neighbours }: Finding): Generator<string> {
  yield "";
  const place = address === null ? "" : ` at ${addressText(address)} (${hex(address)})`;
  yield `${severity} in ${check}${place}: ${what}`;
  yield `  expected  ${expected}`;
  yield `  found     ${found}`;
  if (severity === "note") return;
  for (const { address: at, cell, text, isBad } of neighbours) {
    const content = cell.toString(16).toUpperCase().padStart(8, "0");
    yield `  ${isBad ? ">" : " "} ${addressText(at).padEnd(12)}  ${content}  ${text}`.trimEnd();
  }
}
