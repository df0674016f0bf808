import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { endWithClient } from "../../server/lifetime.ts";

// That the watch over a process works is shown with real processes in test/e2e/lsp.test.ts.
describe("endWithClient", () => {
  test.each(["end", "close", "disconnect"])("leaves once when the link says %s", (event) => {
    const link = new EventEmitter();
    let times = 0;
    endWithClient([link], () => {
      times += 1;
    });
    link.emit(event);
    link.emit("close");
    expect(times).toBe(1);
  });

  test.each([[null], [undefined], ["12"], [-1], [0], [1.5]])("does not watch process %j", (id) => {
    let hasLeft = false;
    const leave = () => {
      hasLeft = true;
    };
    endWithClient([], leave).watchProcess(id);
    expect(hasLeft).toBe(false);
  });
});
