import { describe, expect, test } from "vitest";
import { countGauges } from "../../../../core/inspect/counts/counts.ts";
import { collectorVerdict } from "../../../../core/inspect/image/collector.ts";
import { tableLoad } from "../../../../core/inspect/image/count-tables.ts";
import { deadImage } from "../../../../core/inspect/image-view.ts";
import { HTCOLL_BASE, NIL, T } from "../../../../core/memory/layout.ts";
import { CodeDirectory } from "../../../../core/objects/code/code-directory.ts";
import { smallInteger } from "../../../../core/objects/immediates.ts";
import { valueCell } from "../../../../core/objects/symbols.ts";
import { TestImage } from "../../../support/images/test-image.ts";

/** A verdict on an image whose variables and collision table are as given. */
function verdictOf(countdown: number, restart: number, disabled: number, nextPair = 2) {
  const image = new TestImage(8);
  const set = (name: string, value: number) => image.memory.setCell(valueCell(image.symbol(name)), value);
  set("\\RECLAIM.COUNTDOWN", countdown);
  set("\\RECLAIMMIN", restart);
  set("\\GCDISABLED", disabled);
  image.memory.setCell(HTCOLL_BASE + 2, nextPair);
  const view = deadImage(image.memory, new CodeDirectory());
  return collectorVerdict(view, countGauges(image.memory));
}

describe("the verdict on a collector", () => {
  test("is on while the countdown runs, and due when it is used up", () => {
    expect(verdictOf(smallInteger(70), smallInteger(3000), NIL)).toMatchObject({
      state: "on",
      countdown: 70,
      explanation: "the next collection is due after 70 more count entries",
    });
    expect(verdictOf(smallInteger(0), smallInteger(3000), NIL).state).toBe("due");
  });

  test("is suspended while the countdown is NIL, with the reason", () => {
    expect(verdictOf(NIL, smallInteger(3000), NIL)).toMatchObject({
      state: "suspended",
      explanation: expect.stringContaining("a collection was under way or about to begin"),
    });
    expect(verdictOf(NIL, NIL, NIL).explanation).toContain("the program turned scheduling off");
  });

  test("is disabled for good, by the program or because the table ran out", () => {
    expect(verdictOf(NIL, NIL, T)).toMatchObject({
      state: "disabled",
      explanation: expect.stringContaining("the program called DISABLEGC"),
    });
    expect(verdictOf(NIL, NIL, T, 524272).explanation).toContain("the collision table ran out of pairs");
  });

  test("is unknown in an image without the variables", () => {
    const { memory } = new TestImage(8);
    expect(collectorVerdict(deadImage(memory, new CodeDirectory()), countGauges(memory)).state).toBe("unknown");
  });
});

describe("the load of the count tables (I-M8)", () => {
  test("counts what is left of the collision table: free pairs and those never used", () => {
    const { memory } = new TestImage(8);
    // Ten pairs handed out, two of them free again.
    memory.setCell(HTCOLL_BASE, 4);
    memory.setCell(HTCOLL_BASE + 2, 22);
    memory.setCell(HTCOLL_BASE + 2 * 4 + 2, 8);
    expect(tableLoad(countGauges(memory))).toMatchObject({
      pairsInUse: 8,
      pairsFree: 2,
      pairsLeft: 262_135 - 8,
      pairsInAll: 262_135,
    });
  });
});
