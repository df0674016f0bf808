/** How long it takes to verify and to audit an image: each time the file is opened anew, so that nothing is known of it. */
import { audit, openImage, verify } from "#core";
import { bigImage } from "../support/images/big-image.ts";
import { type BenchRow, secondsOf } from "./row.ts";

const ROUNDS = 5;
/** Megabytes of the file, and the target in seconds. */
const SIZES = [
  { megabytes: 11, name: "11 MB", target: 1 },
  { megabytes: 200, name: "200 MB", target: null },
] as const;

export function rows(): readonly BenchRow[] {
  return SIZES.flatMap(({ megabytes, name, target }) => {
    const file = bigImage(megabytes);
    const rounds = (question: (image: ReturnType<typeof openImage>["view"]) => unknown) => {
      const seconds = Array.from({ length: ROUNDS }, () => {
        const { view } = openImage(file);
        return secondsOf(() => question(view));
      }).sort((a, b) => a - b);
      return { value: seconds[ROUNDS >> 1] as number, best: seconds[0] as number };
    };
    const row = (text: string, question: Parameters<typeof rounds>[0]): BenchRow => ({
      name: `image of ${name}: ${text}`,
      ...rounds(question),
      unit: "s",
      target,
      isLowerBetter: true,
    });
    return [
      row("audit", (view) => audit(view)),
      row("verify", (view) => verify(view)),
      row("audit, then verify", (view) => [audit(view), verify(view)]),
    ];
  });
}
