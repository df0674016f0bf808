/** The ports on which this process takes clients. Opening one takes a moment; `main.ts` does it. */

export type Opened = { readonly port: number } | { readonly problem: string };

export class Doors {
  private readonly open: (port: number, done: (opened: Opened) => void) => void;
  private readonly ports = new Set<number>();

  /** @param open listens on a port of this computer; 0 takes a free one */
  constructor(open: (port: number, done: (opened: Opened) => void) => void) {
    this.open = open;
  }

  /** Takes clients on a port. Nothing happens anew when it is open already. */
  listen(port: number, done: (opened: Opened) => void): void {
    if (this.has(port)) done({ port });
    else {
      this.open(port, (opened) => {
        if ("port" in opened) this.ports.add(opened.port);
        done(opened);
      });
    }
  }
  /** Whether a port leads to this process. */
  has(port: number): boolean {
    return this.ports.has(port);
  }
  /** Whether a client could come. */
  get isOpen(): boolean {
    return this.ports.size > 0;
  }
  /** A port by which clients come; null when there is none. */
  get first(): number | null {
    return this.ports.values().next().value ?? null;
  }
}
