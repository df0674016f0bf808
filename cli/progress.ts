/** One line on standard error that says what is going on, when that takes long and somebody sits at a terminal. */

const QUIET_MS = 500;
const ERASE_LINE = "\r\u001b[K";

export class Progress {
  private readonly begin = performance.now();
  private isShown = false;

  say(text: string): void {
    if (!process.stderr.isTTY || performance.now() - this.begin < QUIET_MS) return;
    process.stderr.write(`${ERASE_LINE}${text} …`);
    this.isShown = true;
  }
  /** Takes the line away. */
  end(): void {
    if (this.isShown) process.stderr.write(ERASE_LINE);
    this.isShown = false;
  }
}
