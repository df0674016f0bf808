/**
 * The only way between a machine and the outside. A recording is what came through here; a replay answers from the recording.
 * The machine itself has no clock, no randomness, no files.
 */
export interface Ports {
  /** Text that the program prints. */
  readonly console: { write(text: string): void };
  readonly clock: {
    /** Microseconds since the Unix epoch. */
    now(): number;
  };
}

/** Swallows output and stands still in time: for tests and for evaluation that must leave no trace. */
export function quietPorts(): Ports {
  return { console: { write() {} }, clock: { now: () => 0 } };
}
