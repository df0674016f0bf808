/**
 * Every stop of the exception filters, each provoked by a program under a manager where it means something: forwards, backwards and forwards again, with conditions
 * over all its fields, with hit counts, and as a line that is logged. The same table stands in docs/dap.md.
 */
import { expect, test } from "vitest";
import { type BlackBox, withAdapter } from "../../../support/protocol/black-box.ts";
import type { Loose } from "../../../support/protocol/dap-conversation.ts";
import { LAST, STOPS, type StopCase } from "../../../support/protocol/stop-cases.ts";

/** Stops that are compared; some events come thousands of times. */
const MOST_STOPS = 4;

interface Stop {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
  readonly digest: string;
  readonly report: string;
}

/** What a client sees where the program stands; null at its end. */
async function look(dap: BlackBox): Promise<Stop | null> {
  const stopped = await dap.stopOrEnd();
  if (stopped.reason !== "exception") return null;
  const { exceptionId, details } = await dap.request("exceptionInfo", { threadId: 1 });
  expect(stopped.hitBreakpointIds, "ids of the filter that stops").toEqual([expect.any(Number)]);
  const [{ line }, { digest }] = [await dap.topFrame(), await dap.request("conspect/digest")];
  return { kind: exceptionId, text: stopped.text ?? "", line, digest, report: details.stackTrace };
}
async function go(dap: BlackBox, command: string): Promise<Stop | null> {
  await dap.request(command, { threadId: 1 });
  return look(dap);
}
async function set(dap: BlackBox, filter: string, condition = ""): Promise<void> {
  const filterOptions = [{ filterId: filter, condition }];
  const { breakpoints } = await dap.request("setExceptionBreakpoints", { filters: [], filterOptions });
  expect(breakpoints).toMatchObject([{ verified: true }]);
}
/** The first stops of a filter, at most `most` of them; null behind them when the program stands at its end then. */
async function stopsOf(dap: BlackBox, most: number): Promise<(Stop | null)[]> {
  const stops: (Stop | null)[] = [];
  do stops.push(await go(dap, "continue"));
  while (stops.length < most && stops.at(-1) !== null);
  return stops;
}
/** Back to where the program begins, whatever stops on the way. */
async function rewind(dap: BlackBox): Promise<void> {
  await dap.request("setExceptionBreakpoints", { filters: [] });
  await dap.request("conspect/goTo", { moment: "start" });
  await dap.event("stopped");
}

async function atStart(dap: BlackBox, { program, launch, prepare }: StopCase): Promise<void> {
  await dap.start(program, { stopOnEntry: true, stopAtEnd: true, ...launch });
  await dap.event("stopped");
  await prepare?.(dap);
}

test.each(STOPS)(
  "request setExceptionBreakpoints, exceptionInfo, reverseContinue: filter $filter, forwards and backwards",
  (row) =>
    withAdapter(async (dap) => {
      const { filter, fields, report } = row;
      await atStart(dap, row);
      await set(dap, filter);
      const way = await stopsOf(dap, LAST.has(filter) ? 1 : MOST_STOPS);
      const stops = way.filter((stop) => stop !== null);
      const [first] = stops;
      expect(stops.map(({ kind }) => kind)).toEqual(stops.map(() => filter));
      for (const part of report) expect(first?.report).toMatch(part);

      // Backwards the same stops come in the other order, then the beginning; and forwards again.
      for (const stop of way.slice(0, -1).reverse()) expect(await go(dap, "reverseContinue")).toEqual(stop);
      expect(await go(dap, "reverseContinue")).toBeNull();
      for (const stop of stops) expect(await go(dap, "continue")).toEqual(stop);

      // A condition over all the fields, and one that leaves out the first stop.
      await rewind(dap);
      await set(dap, filter, `(and ${["site", "function", "line", ...fields].join(" ")} #t)`);
      expect(await go(dap, "continue")).toEqual(first);
      if (stops.length > 1) {
        const second = typeof row.second === "string" ? row.second : row.second(first?.report ?? "");
        await rewind(dap);
        await set(dap, filter, second);
        const chosen = await go(dap, "continue");
        expect(stops.slice(1)).toContainEqual(chosen);
        await set(dap, filter);
        await go(dap, "continue");
        await set(dap, filter, second);
        expect(stops.slice(1)).toContainEqual(await go(dap, "reverseContinue"));
      }

      await rewind(dap);
      await set(dap, filter, `; hits ${stops.length}`);
      expect(await go(dap, "continue")).toEqual(stops.at(-1));

      await rewind(dap);
      await set(dap, filter, `; hits <= 2 ; log seen {function} {line}`);
      await go(dap, "continue");
      const logged = dap.events("output").filter(({ category }: Loose) => category === "console");
      const lines = logged.map(({ output }: Loose) => output).join("");
      expect(lines.match(/^seen .+ \d+$/gm)).toHaveLength(Math.min(2, stops.length));
    }),
);
