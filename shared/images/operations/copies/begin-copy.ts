import type { Image } from "../../domain/image.ts";
import type { Location } from "../../domain/location.ts";
import { keyIn } from "../../domain/object-key.ts";
import { planParts } from "../../domain/part-plan.ts";
import { inReadOrder } from "../../domain/read-order.ts";
import { typeOfStore } from "../../domain/store.ts";
import { NOBODYS_TOKEN_HASH } from "../../domain/transfer.ts";
import { goodPlaces, type MissingCopy } from "../../domain/wanted-copies.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { brings, type CopyingPorts, type CopyTransfer, isCopy } from "./copy-ports.ts";
import { lackingCopies } from "./lacking-copies.ts";

const DAY = 86_400;
/** Without a run for so long the reaper ends a copy; the job begins another. */
const COPY_LEASE_SECONDS = DAY;
const LIFETIME_SECONDS = 7 * DAY;

const MIB = 1024 ** 2;
/** Some of these are copied at a time, inside of S3 or through here: two are in memory then. */
const LEAST_PART_BYTES = 64 * MIB;

/** Bytes of each part of a copy but the last; of nothing, the one of a part. */
export const copyPartBytes = (size: number): number => Math.max(LEAST_PART_BYTES, planParts(size).partBytes);

/** Copies of an image that are under way. */
export async function copiesUnderWay(
  { images, copyRecords }: CopyingPorts,
  imageId: string,
): Promise<CopyTransfer[]> {
  const found: CopyTransfer[] = [];
  for (const transferId of await copyRecords.openTransfersOf(imageId)) {
    const { transfer } = await images.findWithTransfer(imageId, transferId);
    if (isCopy(transfer) && transfer.state === "open") found.push(transfer);
  }
  return found;
}

/**
 * The good place to copy from: one from which the store can copy by itself, before others; of those the one that is read
 * first. Its object is looked at, not read. Undefined when none has it whole: the auditors say why. Throws what a store
 * throws that fails, where there is no other.
 */
export async function sourceFor(
  { stores, configured }: Pick<CopyingPorts, "stores" | "configured">,
  image: Image,
  { store }: MissingCopy,
): Promise<Location | undefined> {
  const target = stores.of({ store });
  const isFar = (place: Location) => Number(!target.canCopyFrom(stores.of(place)));
  const places = inReadOrder(goodPlaces(image), configured).toSorted(
    (one, other) => isFar(one) - isFar(other),
  );
  const failures: unknown[] = [];
  for (const place of places) {
    try {
      const stored = await stores.of(place).head(place.key);
      if (stored?.size === place.size && place.size === image.size) return place;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return undefined;
}

function newCopy(
  { newId, clock, partBytes, configured }: CopyingPorts,
  image: Image,
  missing: MissingCopy,
  from: Location,
): CopyTransfer {
  const id = newId();
  const { size } = from;
  const now = clock();
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();
  return {
    id,
    image_id: image.id,
    revision: 0,
    state: "open",
    key: keyIn(typeOfStore(configured, missing.store), { imageId: image.id, transferId: id }),
    store: missing.store,
    copy: {
      from: { store: from.store, key: from.key },
      ...(missing.replaces && { replaces: missing.replaces }),
    },
    size,
    part_size: partBytes ?? copyPartBytes(size),
    token_hash: NOBODYS_TOKEN_HASH,
    lease_seconds: COPY_LEASE_SECONDS,
    expires_at: after(COPY_LEASE_SECONDS),
    latest_expiry: after(LIFETIME_SECONDS),
    created_at: now.toISOString(),
  };
}

/**
 * Begins a copy that an image lacks, under a key of its own. The record is written on condition of the image's revision,
 * and after it was seen that nobody else brings this copy: of two that begin at once one finds the other's. Undefined
 * when there is nothing to copy from, or it is not lacking any more.
 */
export async function beginCopy(
  ports: CopyingPorts,
  image: Image,
  missing: MissingCopy,
): Promise<CopyTransfer | undefined> {
  const { images, stores } = ports;
  const from = await sourceFor(ports, image, missing);
  if (!from) return undefined;
  const plain = newCopy(ports, image, missing, from);
  const blobs = stores.of({ store: missing.store });
  const begun: CopyTransfer =
    from.size === 0 && !blobs.findCopied
      ? plain
      : { ...plain, upload_id: await blobs.createUpload(plain.key, plain.id) };
  let isBegun = false;
  try {
    await updateWithRetry(
      images,
      async () => {
        const now = await images.find(image.id);
        if (!now) throw new Error(`image ${image.id} is gone`);
        return { image: now, underWay: await copiesUnderWay(ports, image.id) };
      },
      ({ image: before, underWay }) => {
        const isMissing = lackingCopies(ports, before).some((one) => brings(begun, one));
        const isBrought = underWay.some((other) => brings(other, missing));
        isBegun = isMissing && !isBrought;
        if (!isBegun) return undefined;
        return {
          image: { before, after: before },
          writes: [{ kind: "transfer", before: undefined, after: begun }],
        };
      },
    );
  } finally {
    // Left behind, it would cost nothing but space until the bucket's lifecycle ends it.
    if (!isBegun && begun.upload_id !== undefined)
      await blobs.abortUpload(begun.key, begun.upload_id).catch(() => undefined);
  }
  return isBegun ? { ...begun, revision: 1 } : undefined;
}
