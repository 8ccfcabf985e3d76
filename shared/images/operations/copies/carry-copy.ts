import type { Damage } from "../../domain/damage.ts";
import { bytesOfTransfer, type HashProgress, type Transfer } from "../../domain/transfer.ts";
import { BlobMissing, BlobStoreFailed, type StoredBlob } from "../../ports/blob-store.ts";
import { UploadGone } from "../../ports/presigning-store.ts";
import { compareHashes } from "../integrity/compare-hashes.ts";
import { quarantineImage } from "../integrity/quarantine-image.ts";
import { examineStored } from "../transfers/examine-stored.ts";
import { existingTransfer } from "../transfers/transfer-access.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { copyParts } from "./copy-parts.ts";
import type { CopyingPorts, CopyTransfer, CopyWithImage } from "./copy-ports.ts";
import { abandonCopy, takeCopy } from "./end-copy.ts";
import { findingMended } from "./finding-mended.ts";
import { type Holding, holdCopy } from "./hold-copy.ts";
import { forgetCopied, madeCopy, namedCopy } from "./made-copy.ts";
import { noteUnequal, settleUnequal } from "./unequal-copy.ts";

export type CopyResult =
  | "copied"
  | "mended"
  /** No time is left; the next run goes on. */
  | "continues"
  | "in other hands"
  /** It came to nothing, and what there was of it is deleted. */
  | "abandoned"
  /** The store had other bytes than the source, which is right. */
  | "not equal"
  | "source damaged";

/**
 * The copy has other bytes than are recorded: from now on its source is read, which must be one or the other. The record
 * is taken as it is now: the hold on it, by which one run at a time has it, was written since.
 */
async function suspectSource(
  { images }: CopyingPorts,
  { image, transfer }: CopyWithImage,
): Promise<CopyTransfer> {
  const ref = { imageId: image.id, transferId: transfer.id };
  const suspecting = ({ hashing: _, ...found }: Transfer): CopyTransfer => ({
    ...found,
    copy: { ...transfer.copy, suspected: true },
  });
  const { transfer: written } = await updateWithRetry(
    images,
    () => existingTransfer(images, ref),
    ({ image: before, transfer: found }) => {
      if (found.state !== "open") return undefined;
      return {
        image: { before, after: before },
        writes: [{ kind: "transfer", before: found, after: suspecting(found) }],
      };
    },
  );
  return suspecting(written);
}

type Examined = { readonly damage: Damage | undefined } | { readonly result: CopyResult };

/** Reads bytes from where an earlier run stopped, and compares them with the image's hashes. */
async function examine(
  { images, stores }: CopyingPorts,
  { image, transfer }: CopyWithImage,
  { store, key }: { readonly store: string; readonly key: string },
  { mayGoOn }: Holding,
): Promise<Examined> {
  const size = image.size ?? 0;
  const save = (hashing: HashProgress) => images.saveHashing({ ...transfer, hashing });
  const budget = { mayRead: mayGoOn, save };
  const found = await examineStored(stores.of({ store }), { key, size }, transfer.hashing, budget);
  if (found.outcome === "unfinished") return { result: "continues" };
  if (found.outcome === "overtaken") return { result: "in other hands" };
  if (found.outcome === "damaged") return { damage: found.damage };
  return { damage: compareHashes(image, { key }, found.hashes) };
}

/** Says what the source is, which a copy has put in doubt: damaged, or right, and then it is the copying that failed. */
async function judgeSource(ports: CopyingPorts, copy: CopyWithImage, holding: Holding): Promise<CopyResult> {
  const { image, transfer } = copy;
  const { from } = transfer.copy;
  const examined = await examine(ports, copy, from, holding);
  if ("result" in examined) return examined.result;
  if (examined.damage) {
    const { kind, evidence } = examined.damage;
    const by = "a copy of it, which had other hashes";
    await quarantineImage(ports)({ imageId: image.id, ...from }, { kind, evidence: { ...evidence, by } });
    await abandonCopy(ports, transfer, "its source is damaged");
    return "source damaged";
  }
  // Before the copy's end, after which nobody knows of it.
  await noteUnequal(ports, transfer);
  await abandonCopy(ports, transfer, "it was not equal to its source");
  return "not equal";
}

/** The object of a copy, all of it; undefined when there was no time for that. */
async function storedCopy(
  ports: CopyingPorts,
  transfer: CopyTransfer,
  holding: Holding,
): Promise<StoredBlob | undefined> {
  const { stores } = ports;
  const target = stores.of(bytesOfTransfer(transfer));
  const there = await madeCopy(target, transfer);
  if (there) return there;
  const { from } = transfer.copy;
  if (!(await copyParts(target, { store: stores.of(from), key: from.key }, transfer, holding)))
    return undefined;
  const stored = await namedCopy(ports.images, target, transfer);
  if (!stored) throw new BlobStoreFailed("The copy was deleted while it was made; try again later.");
  return stored;
}

async function carry(ports: CopyingPorts, copy: CopyWithImage, holding: Holding): Promise<CopyResult> {
  const { image, transfer } = copy;
  if (transfer.copy.suspected) return judgeSource(ports, copy, holding);
  const stored = await storedCopy(ports, transfer, holding);
  if (!stored) return "continues";
  const examined = await examine(ports, copy, bytesOfTransfer(transfer), holding);
  if ("result" in examined) return examined.result;
  if (examined.damage) {
    const suspecting = await suspectSource(ports, copy);
    return judgeSource(ports, { image, transfer: suspecting }, holding);
  }
  const { replaces } = transfer.copy;
  // Before the change, which is what tells a repetition that there is nothing left to do.
  if (replaces) await findingMended(ports, image, transfer);
  await settleUnequal(ports, transfer);
  if (await takeCopy(ports, copy, stored)) {
    await forgetCopied(ports.stores.of(bytesOfTransfer(transfer)), transfer);
    return replaces ? "mended" : "copied";
  }
  await abandonCopy(ports, transfer, "the image does not lack it any more");
  return "abandoned";
}

/**
 * Goes on with a copy from where the last run stopped: its parts, then its verification. All of the copy is read once and
 * must have the image's hashes before it is one of the image's places, which shows at the same time that what it was made
 * of was good. A source that is not is settled as the auditors do it. One run at a time has a copy in hand.
 */
export async function carryCopy(
  ports: CopyingPorts,
  copy: CopyWithImage,
  hasTime: () => boolean,
): Promise<CopyResult> {
  const holding = await holdCopy(ports, copy.transfer, hasTime);
  if (!holding) return "in other hands";
  try {
    return await carry(ports, copy, holding);
  } catch (error) {
    if (!(error instanceof BlobMissing) && !(error instanceof UploadGone)) throw error;
    // The job, or this message once more, begins another where there is something to copy.
    await abandonCopy(ports, copy.transfer, "its source is gone, or the store has dropped what was copied");
    return "abandoned";
  } finally {
    await holding.letGo();
  }
}
