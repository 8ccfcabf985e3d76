import {
  DELETED_PARTITIONS,
  idOfSortKey,
  imageKey,
  indexEntries,
} from "../../../../images/adapters/dynamodb/keys.ts";
import { isSound, textOf } from "../record-snapshot.ts";
import { isId } from "./is-id.ts";
import { type JudgedKind, remove, subjectOf } from "./record-kind.ts";

/** What partition keys of lists begin with, but for those of deleted images. */
export const LIST_PREFIX = "list#";
const deletedLists: ReadonlySet<string> = new Set(Object.values(DELETED_PARTITIONS));
const memberList = /^list#(?:member|accepted)#(.*)#created_at$/s;

export const isList = (pk: string): boolean => pk.startsWith(LIST_PREFIX) || deletedLists.has(pk);

/** The project whose list of shared images this is; undefined for other lists. */
export const memberOfList = (pk: string): string | undefined => memberList.exec(pk)?.[1];

export const listEntryKind: JudgedKind<"list entry"> = {
  isPartition: isList,
  refOf: ({ pk, sk }) => {
    const imageId = idOfSortKey(sk);
    if (!isId(imageId) || memberOfList(pk) !== undefined) return undefined;
    return { kind: "list entry", imageId, list: pk, place: sk };
  },
  keyOf: ({ list, place }) => ({ pk: list, sk: place }),
  guardOf: ({ imageId }) => imageKey(imageId),
  firstReads: ({ imageId }) => [imageKey(imageId)],
  witnesses: () => [],
  isKnownBy: "key",
  faults: (TableName, { imageId, list, place }, seen) => {
    const key = { pk: list, sk: place };
    const image = seen.image(imageId);
    if (!seen.item(key) || (image && !isSound(image, imageId))) return [];
    if (image && indexEntries(image).some((wanted) => textOf(wanted) === textOf(key))) return [];
    return [
      {
        kind: "list-entry-left-over",
        subject: subjectOf(key),
        evidence: { list, status: image?.status ?? "none", revision: image?.revision ?? null },
        write: remove(TableName, key),
      },
    ];
  },
};
