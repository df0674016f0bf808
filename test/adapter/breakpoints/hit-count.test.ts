import { expect, test } from "vitest";
import { HitCount, MOST_MOMENTS } from "../../../adapter/breakpoints/hit-count.ts";

const at = (block: number, pc = 0x100, steps = 0) => ({ block, pc, steps });

test("hits count up along the run", () => {
  const hits = new HitCount();
  expect([at(1), at(2), at(2, 0x104), at(7)].map((moment) => hits.record(moment))).toEqual([1, 2, 3, 4]);
});

test("running over the same moments again counts none twice, and new ones behind them go on", () => {
  const hits = new HitCount();
  for (const block of [1, 2, 3]) hits.record(at(block));
  expect([1, 2, 3, 4].map((block) => hits.record(at(block)))).toEqual([1, 2, 3, 4]);
});

test("a hit that another condition let pass the first time is counted at its place", () => {
  const hits = new HitCount();
  for (const block of [1, 5]) hits.record(at(block));
  expect(hits.record(at(3))).toBe(2);
  expect(hits.record(at(5))).toBe(3);
});

test("several hits of one moment count one by one, also when they come again", () => {
  const hits = new HitCount();
  const both = [at(4, 0x100, 9), at(4, 0x100, 9)];
  expect(both.map((moment) => hits.record(moment))).toEqual([1, 2]);
  expect(hits.record(at(6))).toBe(3);
  expect(both.map((moment) => hits.record(moment))).toEqual([1, 2]);
});

test("of very many hits the older ones become a number, and the count goes on", () => {
  const hits = new HitCount();
  for (let block = 1; block <= MOST_MOMENTS; block++) hits.record(at(block));
  expect(hits.record(at(MOST_MOMENTS + 1))).toBe(MOST_MOMENTS + 1);
  expect(hits.record(at(MOST_MOMENTS + 2))).toBe(MOST_MOMENTS + 2);
});

test("a run that goes on from an earlier moment meets the hits that it knows", () => {
  const hits = new HitCount();
  expect([at(3), at(5)].map((moment) => hits.record(moment))).toEqual([1, 2]);
  hits.startPass(at(4));
  expect(hits.record(at(5))).toBe(2);
  // From where it stopped: what comes at the same moment is another one.
  hits.startPass(at(5));
  expect(hits.record(at(5))).toBe(3);
  hits.startPass(null);
  expect(hits.record(at(5))).toBe(2);
});

test("hits of a future that was changed never happened", () => {
  const hits = new HitCount();
  expect([at(3), at(5), at(9)].map((moment) => hits.record(moment))).toEqual([1, 2, 3]);
  hits.startPass(at(4), at(4));
  expect(hits.record(at(6))).toBe(2);
});
