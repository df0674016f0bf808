import { describe, expect, test } from "vitest";
import { heapText, spokenText, statusText } from "../../client/views/status-text.ts";

const status = { manager: "refcount", collections: 3, usedBytes: 1_572_864, freeBytes: 40_960, isRunning: false };

describe("status item", () => {
  test("says how often the program collected and how full its heap is", () => {
    expect(statusText(status)).toBe("$(debug-pause) 3 collections · 1.5 MiB used, 40 KiB free");
    expect(spokenText(status)).toBe("Conspect, stopped: 3 collections · 1.5 MiB used, 40 KiB free");
    expect(statusText({ ...status, collections: 1, isRunning: true })).toContain("$(sync~spin) 1 collection ·");
  });

  test.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [10_240, "10 KiB"],
    [1_048_575, "1024 KiB"],
    [1_048_576, "1.0 MiB"],
    [268_435_456, "256.0 MiB"],
  ])("%d bytes are shown as %s", (bytes, text) => {
    expect(heapText(bytes)).toBe(text);
  });
});
