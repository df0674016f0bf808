/**
 * Ends the process when its client is gone: the input stream ends, the IPC channel closes, or the process that `initialize` names dies.
 * The library looks at that process every three seconds and ends at any error; here it is four times a second, and only "no such process" counts.
 */

const WATCH_INTERVAL_MS = 250;

/** What ends when the client does. */
export interface ClientLink {
  on(event: "end" | "close" | "disconnect", listener: () => void): unknown;
}

export interface Lifetime {
  /** `processId` of the `initialize` request; anything but a positive integer is ignored. */
  watchProcess(id: unknown): void;
}

/** @param leave is called once, however many signs there are that the client is gone */
export function endWithClient(links: readonly ClientLink[], leave: () => void): Lifetime {
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    if (timer !== null) clearInterval(timer);
    leave();
  };
  for (const link of links) for (const event of ["end", "close", "disconnect"] as const) link.on(event, end);
  return {
    watchProcess(id) {
      if (typeof id !== "number" || !Number.isInteger(id) || id <= 0 || timer !== null) return;
      timer = setInterval(() => {
        if (!isAlive(id)) end();
      }, WATCH_INTERVAL_MS);
      timer.unref();
    },
  };
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
