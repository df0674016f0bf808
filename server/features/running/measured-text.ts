/** Measured figures in words. */
import type { SiteMeasurement } from "#wire";

/** Short, for beside the text. */
export function measuredLabel(site: SiteMeasurement): string {
  const life = site.meanLifetime === null ? "" : `, ${shown(site.meanLifetime)} steps`;
  return `${counted(site.objects, "object")}, ${grouped(site.bytes)} bytes${life}`;
}

/** Whole sentences. */
export function measuredText(site: SiteMeasurement, manager: string): string {
  const all = `Measured under ${manager}: ${counted(site.objects, "object")}, ${grouped(site.bytes)} bytes.`;
  const left = site.objects - site.deaths;
  const rest = left === 0 ? "" : ` ${counted(left, "object")} ${left === 1 ? "was" : "were"} there at the end.`;
  if (site.meanLifetime === null || site.maxLifetime === null) return `${all}${rest}`;
  const mean = `${shown(site.meanLifetime)} program steps on average, ${shown(site.maxLifetime)} at most`;
  return `${all} ${grouped(site.deaths)} freed, after ${mean}.${rest}`;
}

export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** An average with two digits that say something. */
function shown(value: number): string {
  return value >= 10 ? grouped(Math.round(value)) : String(Number(value.toPrecision(2)));
}
