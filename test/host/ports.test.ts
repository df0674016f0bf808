import { afterEach, describe, expect, test, vi } from "vitest";
import { hostPorts, NO_ACCESS } from "../../host/ports.ts";

afterEach(() => vi.unstubAllEnvs());

describe("host ports", () => {
  test("show only harmless variables of the process", () => {
    vi.stubEnv("CONSPECT_SECRET", "secret");
    vi.stubEnv("LANG", "xy_XY");
    const { environment } = hostPorts(NO_ACCESS, { write: () => {} });
    expect(environment.variable("CONSPECT_SECRET")).toBe(null);
    expect(environment.variable("LANG")).toBe("xy_XY");
    expect(environment.variable("__proto__")).toBe(null);
  });

  test("show exactly the variables that are given", () => {
    vi.stubEnv("LANG", "xy_XY");
    const settings = { files: [], environment: { MEDLEYDIR: "/medley" } };
    const { environment } = hostPorts(settings, { write: () => {} });
    expect(environment.variable("MEDLEYDIR")).toBe("/medley");
    expect(environment.variable("LANG")).toBe(null);
    expect(environment.variable("constructor")).toBe(null);
  });

  test("name the machine, and nothing that is not asked for by its name", () => {
    const { environment } = hostPorts(NO_ACCESS, { write: () => {} });
    expect(environment.parameter("MACH")).toBe("mc68020");
    expect(environment.parameter("OSNAME")).toBe(process.platform);
    expect(environment.parameter("DISPLAY")).toBe(null);
    expect(environment.parameter("PATH")).toBe(null);
  });

  test("have clocks that move", () => {
    const { clock } = hostPorts(NO_ACCESS, { write: () => {} });
    expect(clock.now()).toBeGreaterThan(1.7e15);
    expect(Number.isInteger(clock.now())).toBe(true);
    expect(clock.processorTime()).toBeGreaterThanOrEqual(0);
    expect(Math.abs(clock.hoursWest())).toBeLessThanOrEqual(14);
  });
});
