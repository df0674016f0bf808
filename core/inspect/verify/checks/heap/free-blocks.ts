/** Free blocks of array space are in the ring of their length, and nothing else is. Source: memory specification, section 11.3. */
import { hex } from "../../../../base/errors.ts";
import type { WordAddress } from "../../../../base/units.ts";
import { bucketIndex } from "../../../../managers/storage/blocks/array-blocks.ts";
import { NIL, POINTER_MASK } from "../../../../memory/layout.ts";
import { isMapped } from "../../../../memory/translation.ts";
import { blockAt, isCountedBlockSpace, MINIMUM_LINKED_CELLS } from "../../../../objects/arrays/blocks.ts";
import { variableValue } from "../../../heap/system.ts";
import type { Check, CheckContext } from "../../context.ts";
import type { Findings } from "../../finding.ts";

const BUCKETS = 31;
/** Links of a free block, from its header. */
const FORWARD = 2;
const BACKWARD = 4;

export const freeBlocks: Check = {
  name: "free-blocks",
  title: "every free block is in the ring of its length, and nothing else is",
  run(context, findings) {
    const { memory } = context;
    const heads = (variableValue(memory, "\\FREEBLOCKBUCKETS") ?? NIL) & POINTER_MASK;
    if (heads === NIL) {
      findings.skipped = "the image has no \\FREEBLOCKBUCKETS";
      return;
    }
    if (heads % 2 !== 0 || !isMapped(memory, heads, 2 * BUCKETS)) {
      findings.error(null, "\\FREEBLOCKBUCKETS leads to no table", `${BUCKETS} cells in the image`, hex(heads));
      return;
    }
    const linked = new Set<WordAddress>();
    for (let bucket = 0; bucket < BUCKETS; bucket++) checkRing(context, heads + 2 * bucket, bucket, linked, findings);
    checkUnlinked(context, linked, findings);
    findings.looked = `${linked.size} linked blocks, ${context.tiling.free.size} free ones`;
  },
};

function checkRing(
  { memory, tiling }: CheckContext,
  headCell: WordAddress,
  bucket: number,
  linked: Set<WordAddress>,
  findings: Findings,
): void {
  const name = `bucket ${bucket}`;
  const head = memory.pointer(headCell);
  let holder = headCell;
  let block = head;
  while (block !== NIL) {
    if (linked.has(block)) {
      if (block !== head)
        findings.error(holder, `${name} is no ring`, `a link back to its first block ${hex(head)}`, hex(block));
      return;
    }
    const cells = tiling.free.get(block);
    if (cells === undefined) {
      findings.error(
        holder,
        `${name} leads to what is no free block`,
        "header of a free block",
        describe(memory, block),
      );
      return;
    }
    linked.add(block);
    if (bucketIndex(cells) !== bucket) {
      findings.error(block, `a block of ${cells} cells is in ${name}`, `bucket ${bucketIndex(cells)}`, name);
    }
    const next = memory.pointer(block + FORWARD);
    if (tiling.free.has(next) && memory.pointer(next + BACKWARD) !== block) {
      const found = hex(memory.pointer(next + BACKWARD));
      findings.error(
        next + BACKWARD,
        `the links of ${name} disagree`,
        `back to ${hex(block)}, which leads here`,
        found,
      );
    }
    holder = block + FORWARD;
    block = next;
    if (block === NIL)
      findings.error(holder, `${name} is no ring`, `a link back to its first block ${hex(head)}`, "NIL");
  }
}

function describe(memory: CheckContext["memory"], address: WordAddress): string {
  const block = blockAt(memory, address);
  if (block === null) return `${hex(address)}, where no block begins`;
  return block.isInUse
    ? `${hex(address)}, a block of ${block.cells} cells in use`
    : `${hex(address)}, inside of a block`;
}

function checkUnlinked({ memory, tiling }: CheckContext, linked: ReadonlySet<WordAddress>, findings: Findings): void {
  let padding = 0;
  let first: WordAddress | null = null;
  for (const [header, cells] of tiling.free) {
    if (cells < MINIMUM_LINKED_CELLS || linked.has(header)) continue;
    const isPadding = memory.pointer(header + FORWARD) === NIL && !isCountedBlockSpace(memory, header + FORWARD);
    if (isPadding) {
      padding++;
      first ??= header;
    } else {
      const expected = `a place in bucket ${bucketIndex(cells)}`;
      findings.error(header, `a free block of ${cells} cells is on no list: it is never used again`, expected, "none");
    }
  }
  if (padding === 0) return;
  const what = "padding among the code that the image was built with is on no list";
  findings.note(first, what, "nothing: it stays as it is", padding === 1 ? "1 free block" : `${padding} free blocks`);
}
