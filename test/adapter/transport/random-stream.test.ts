/**
 * Random requests over the standard streams of the bundled adapter (`test/support/dap-fuzz`), in pieces of bytes and with cancels.
 * Three thousand requests: `CONSPECT_RANDOM_RUNS=40 npx vitest run --project unit test/adapter/transport/random-stream.test.ts`
 */
import { expect, test } from "vitest";
import { RandomStream } from "../../support/dap-fuzz/random-stream.ts";
import { requireBundle } from "../../support/protocol/adapter-process.ts";
import { randomRuns, timeLimit } from "../../support/random-runs.ts";

const RUNS = randomRuns(1);
const REQUESTS = 150;

test(
  "requests in pieces, many at once and cancelled are all answered once, without a fault of ours",
  async () => {
    requireBundle();
    let sent = 0;
    for (let seed = 1; seed <= RUNS; seed++) sent += await new RandomStream(seed).run(REQUESTS);
    expect(sent).toBeGreaterThan(10 * RUNS);
  },
  timeLimit(30 * RUNS),
);
