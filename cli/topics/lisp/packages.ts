/** `packages`: the packages of an image. */
import { addressText, packageRecords } from "#core";
import { grouped } from "../../text.ts";
import { noArguments, tableLines } from "../image/layout.ts";
import { lazyAnswer, type Topic } from "../topic.ts";

export const packagesTopic: Topic = {
  name: "packages",
  synopsis: "packages",
  summary: "the packages: names, what they use, how many symbols they have",
  run({ image: { view }, args, progress }) {
    noArguments(args);
    progress("reading the packages");
    const packages = packageRecords(view);
    function* lines(): Generator<string> {
      if (packages.length === 0) {
        yield "no packages: the image was saved before they were made, or its programs have none";
        return;
      }
      yield* tableLines(
        ["index", "package", "address", "external", "internal", "imported", "uses", "nicknames"],
        packages.map((one) => [
          String(one.index),
          one.name,
          addressText(one.address),
          grouped(one.external),
          grouped(one.internal),
          grouped(one.imported),
          one.uses.join(" "),
          one.nicknames.join(" "),
        ]),
      );
    }
    return lazyAnswer(lines, () => packages.map((one) => ({ ...one, address: addressText(one.address) })));
  },
};
