import { imageKey, indexEntries } from "../../../../images/adapters/dynamodb/keys.ts";
import { isSound } from "../record-snapshot.ts";
import { insert, type JudgedKind, subjectOf } from "./record-kind.ts";

/** What partition keys of images, and of what hangs on them, begin with. */
export const IMAGE_PREFIX = imageKey("").pk;

export const imageKind: JudgedKind<"image"> = {
  prefix: IMAGE_PREFIX,
  isPartition: (pk) => pk.startsWith(IMAGE_PREFIX),
  refOf: ({ pk, sk }) =>
    sk === "image" ? { kind: "image", imageId: pk.slice(IMAGE_PREFIX.length) } : undefined,
  keyOf: ({ imageId }) => imageKey(imageId),
  guardOf: ({ imageId }) => imageKey(imageId),
  firstReads: ({ imageId }) => [imageKey(imageId)],
  witnesses: ({ imageId }, seen) => {
    const image = seen.image(imageId);
    return image && isSound(image, imageId) ? indexEntries(image) : [];
  },
  isKnownBy: "first read",
  faults: (TableName, { imageId }, seen) => {
    const image = seen.image(imageId);
    if (!image) return [];
    if (!isSound(image, imageId)) {
      const { id, created_at, status, revision } = image;
      return [
        {
          kind: "record-unreadable",
          subject: imageId,
          evidence: { seen: JSON.stringify({ id, created_at, status, revision }) },
        },
      ];
    }
    return indexEntries(image)
      .filter((key) => !seen.item(key))
      .map((key) => ({
        kind: "list-entry-missing",
        subject: subjectOf(key),
        evidence: { list: key.pk, status: image.status, revision: image.revision },
        write: insert(TableName, { ...key }),
      }));
  },
};
