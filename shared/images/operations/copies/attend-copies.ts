import type { CopyMessage } from "../../../aws/work-queue.ts";
import { eachAtOnce } from "../../../each-at-once.ts";
import type { Explain } from "../../../log.ts";
import type { Image } from "../../domain/image.ts";
import type { MissingCopy } from "../../domain/wanted-copies.ts";
import { beginCopy, copiesUnderWay } from "./begin-copy.ts";
import { type CopyResult, carryCopy } from "./carry-copy.ts";
import { brings, type CopyingPorts, type CopyTransfer, hasGoodSource } from "./copy-ports.ts";
import { abandonCopy } from "./end-copy.ts";
import { lackingCopies } from "./lacking-copies.ts";
import { isResting } from "./unequal-copy.ts";

/** A store that is slow keeps no other from its copy. Each has two parts in memory, and then two ranges that are hashed. */
const STORES_AT_ONCE = 3;

export type AttendResult = "nothing to do" | "no source" | "waits" | CopyResult;

/** What one run has done for one place of an image. */
interface Outcome {
  readonly store: string;
  readonly result: AttendResult;
}

/** Ends copies that nobody wants any more, or whose source is no good one any more; returns the others. */
async function keepUseful(
  ports: CopyingPorts,
  image: Image,
  underWay: readonly CopyTransfer[],
  missing: readonly MissingCopy[],
): Promise<CopyTransfer[]> {
  const useful: CopyTransfer[] = [];
  for (const transfer of underWay) {
    const isWanted = missing.some((one) => brings(transfer, one));
    // What is suspected is judged yet.
    if (isWanted && (transfer.copy.suspected || hasGoodSource({ image, transfer }))) useful.push(transfer);
    else await abandonCopy(ports, transfer, "the image does not lack it any more, or its source is gone");
  }
  return useful;
}

/**
 * Brings an image's copies on: begins those that it lacks, goes on with those under way, ends those that nobody wants any
 * more. A store that fails or hangs stops only what goes there; its failure comes through at the end, for the message to
 * come again. Beside a restored table, whose copies under way and damaged places may be in use by now, it does nothing: the
 * job sends for the image again. A store that has spoiled a copy gets the next one after a day. When `hasTime` says no, the rest is handed over to the next run. Idempotent, and safe to
 * run twice at once.
 */
export const attendCopies =
  (ports: CopyingPorts) =>
  async (
    { imageId }: CopyMessage,
    hasTime: () => boolean,
    explain: Explain = () => {},
  ): Promise<AttendResult> => {
    const { images, queue, fence } = ports;
    const image = await images.find(imageId);
    if (!image) {
      explain({ why: "there is no such image", evidence: {} });
      return "nothing to do";
    }
    const missing = lackingCopies(ports, image);
    const underWay = await copiesUnderWay(ports, imageId);
    const closed = missing.length + underWay.length > 0 ? await fence.whyClosed() : undefined;
    if (closed !== undefined) {
      explain({ why: `${closed}: release the reaper when both are in order`, evidence: {} });
      return "waits";
    }
    const useful = await keepUseful(ports, image, underWay, missing);

    const bring = async (one: MissingCopy): Promise<AttendResult> => {
      const underWay = useful.find((each) => brings(each, one));
      if (!underWay && (await isResting(ports, imageId, one.store))) return "waits";
      const transfer = underWay ?? (await beginCopy(ports, image, one));
      return transfer ? carryCopy(ports, { image, transfer }, hasTime) : "no source";
    };
    const outcomes: Outcome[] = [];
    const failures: unknown[] = [];
    let begun = 0;
    await eachAtOnce(missing, STORES_AT_ONCE, async (one) => {
      if (begun++ > 0 && !hasTime()) {
        outcomes.push({ store: one.store, result: "continues" });
        return false;
      }
      try {
        outcomes.push({ store: one.store, result: await bring(one) });
      } catch (error) {
        failures.push(error);
      }
      return true;
    });
    explain({
      why: missing.length === 0 ? "it has all its copies, or is not to get any now" : "it lacked copies",
      evidence: {
        image_status: image.status,
        stores: outcomes.map(({ store, result }) => `${store}: ${result}`).join(", "),
      },
    });
    if (failures.length > 0) throw failures[0];
    const isLeft = outcomes.some(({ result }) => result === "continues");
    if (isLeft) await queue.copy({ imageId }, 0);
    return isLeft ? "continues" : (outcomes.at(-1)?.result ?? "nothing to do");
  };
