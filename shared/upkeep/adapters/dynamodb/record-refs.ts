import type { Key } from "../../../aws/table-key.ts";
import {
  DELETED_PARTITIONS,
  idOfSortKey,
  imageKey,
  MEMBER_PREFIX,
  OPEN_TRANSFERS,
  PENDING_DELETIONS,
} from "../../../images/adapters/dynamodb/keys.ts";
import type { RecordKind, RecordRef } from "../../ports/records.ts";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const isId = new RegExp(`^${uuid}$`, "i");
const IMAGE = imageKey("").pk;
const USAGE = "usage#";
const LIST = "list#";
const TRANSFER_PREFIX = "transfer#";
const deletedLists: ReadonlySet<string> = new Set(Object.values(DELETED_PARTITIONS));
const isList = (pk: string): boolean => pk.startsWith(LIST) || deletedLists.has(pk);
const memberList = /^list#(?:member|accepted)#(.*)#created_at$/s;

function refOfImageKey({ pk, sk }: Key): RecordRef | undefined {
  const imageId = pk.slice(IMAGE.length);
  if (sk === "image") return { kind: "image", imageId };
  if (sk.startsWith(MEMBER_PREFIX))
    return { kind: "member", imageId, memberId: sk.slice(MEMBER_PREFIX.length) };
  if (sk.startsWith(TRANSFER_PREFIX))
    return { kind: "transfer", imageId, transferId: sk.slice(TRANSFER_PREFIX.length) };
  return undefined;
}

function refOfList({ pk, sk }: Key): RecordRef | undefined {
  const imageId = idOfSortKey(sk);
  if (!isId.test(imageId)) return undefined;
  const [, memberId] = memberList.exec(pk) ?? [];
  const entry = { imageId, list: pk, place: sk };
  return memberId === undefined
    ? { kind: "list entry", ...entry }
    : { kind: "member entry", memberId, ...entry };
}

function refOfOpenTransfer({ sk }: Key): RecordRef | undefined {
  const [imageId = "", transferId = ""] = sk.split("#");
  return isId.test(imageId) && isId.test(transferId)
    ? { kind: "open transfer", imageId, transferId }
    : undefined;
}

function refOfOwnKey(key: Key): RecordRef | undefined {
  if (key.pk === OPEN_TRANSFERS) return refOfOpenTransfer(key);
  if (key.pk === PENDING_DELETIONS) return { kind: "deletion", deletionId: key.sk };
  return isList(key.pk) ? refOfList(key) : refOfImageKey(key);
}

/** What a key names; undefined for keys that are not about images. */
export function refOfKey(key: Key): RecordRef | undefined {
  const { pk, sk } = key;
  if (pk.startsWith(USAGE)) return { kind: "usage", project: pk.slice(USAGE.length) };
  const isOurs = pk.startsWith(IMAGE) || isList(pk) || pk === OPEN_TRANSFERS || pk === PENDING_DELETIONS;
  return isOurs ? (refOfOwnKey(key) ?? { kind: "unknown", key: `${pk} ${sk}` }) : undefined;
}

/** What the partition keys of a kind begin with; absent for kinds with several prefixes. */
export const keyPrefixOf: Readonly<Partial<Record<RecordKind, string>>> = {
  image: IMAGE,
  member: IMAGE,
  transfer: IMAGE,
  "member entry": LIST,
  "open transfer": OPEN_TRANSFERS,
  deletion: PENDING_DELETIONS,
  usage: USAGE,
};
