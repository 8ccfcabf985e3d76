import { bytesToDelete, deletionOf } from "../../domain/deletion.ts";
import { type Image, isSameBytes, locationAt } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import type { Location, StoredBytes } from "../../domain/location.ts";
import { bytesOfTransfer, hasEnded } from "../../domain/transfer.ts";
import type { StoredBlob } from "../../ports/blob-store.ts";
import { deletionWrite } from "../../ports/change.ts";
import { releaseTransfer } from "../transfers/release-transfer.ts";
import { existingTransfer } from "../transfers/transfer-access.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { brings, type CopyingPorts, type CopyTransfer } from "./copy-ports.ts";
import { lackingCopies } from "./lacking-copies.ts";

const refOf = ({ image_id, id }: CopyTransfer) => ({ imageId: image_id, transferId: id });

/** Ends a copy that brings nothing; what is stored of it is deleted. Idempotent. */
export const abandonCopy = (ports: CopyingPorts, transfer: CopyTransfer, why: string): Promise<boolean> =>
  releaseTransfer(ports)(refOf(transfer), { broken: false, failure: { code: 409, message: why } });

/** The image's places with the copy among them: in place of what it replaces, or as the last. */
function placesWith(
  image: Image,
  { copy: { replaces } }: CopyTransfer,
  place: Location,
): readonly Location[] {
  if (!replaces) return [...image.locations, place];
  return image.locations.map((location) => (isSameBytes(location, replaces) ? place : location));
}

/** What a copy replaces, as the image has it now. */
const replacedBytes = (image: Image, replaces: StoredBytes): StoredBytes => {
  const place = locationAt(image, replaces);
  return place ? bytesToDelete(place) : replaces;
};

/** Whether the image still lacks this very copy. The good one that it was made of may be damaged by now: so much the more. */
function isLacking(ports: CopyingPorts, image: Image, copy: CopyTransfer): boolean {
  const { replaces } = copy.copy;
  if (!replaces) return lackingCopies(ports, image).some((one) => brings(copy, one));
  return (
    locationAt(image, replaces)?.damaged !== undefined &&
    (image.status === "active" || image.status === "deactivated")
  );
}

/**
 * The end of a verified copy, in one change: it is one of the image's places, and the damaged one whose place it takes is
 * cut loose. Only while the image still lacks it and has the hashes that the copy was compared with. It counts for the
 * owner's usage as any place does, and is never refused for it: it is the operator who wants it. Returns whether the
 * image has it now.
 */
export async function takeCopy(
  ports: CopyingPorts,
  { image: compared, transfer: copy }: { readonly image: Image; readonly transfer: CopyTransfer },
  { size, etag }: StoredBlob,
): Promise<boolean> {
  const { images, clock } = ports;
  let isTaken = false;
  await updateWithRetry(
    images,
    () => existingTransfer(images, refOf(copy)),
    ({ image: before, transfer }) => {
      const isSame =
        before.size === size &&
        before.checksum === compared.checksum &&
        before.os_hash_value === compared.os_hash_value;
      isTaken = !hasEnded(transfer) && isSame && isLacking(ports, before, copy);
      if (!isTaken) return undefined;
      const now = clock();
      const { replaces } = copy.copy;
      const locations = placesWith(before, copy, { ...bytesOfTransfer(transfer), size, etag });
      const after: Image = { ...before, locations, updated_at: now.toISOString() };
      return {
        image: { before, after },
        writes: [
          { kind: "transfer", before: transfer, after: { ...transfer, state: "complete", verified: true } },
          ...(replaces
            ? [deletionWrite(deletionOf({ image_id: before.id, ...replacedBytes(before, replaces) }, now))]
            : []),
        ],
        events: [imageEvent("image.update", after)],
      };
    },
  );
  return isTaken;
}
