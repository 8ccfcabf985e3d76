import type { Key } from "../../../aws/table-key.ts";
import { imageOf, transferOf } from "../../../images/adapters/dynamodb/image-item.ts";
import {
  imageKey,
  indexEntries,
  memberEntries,
  memberKey,
  openTransferKey,
  transferKey,
} from "../../../images/adapters/dynamodb/keys.ts";
import type { Image } from "../../../images/domain/image.ts";
import { isDeleted, statuses } from "../../../images/domain/status.ts";
import { isOver, type Transfer } from "../../../images/domain/transfer.ts";
import type { RecordRef } from "../../ports/records.ts";

export type Item = Readonly<Record<string, unknown>>;

/** Refs that this adapter judges; the others are for whoever owns them. */
export type Judged = Exclude<RecordRef, { readonly kind: "deletion" | "usage" | "unknown" }>;

export const isJudged = (ref: RecordRef): ref is Judged =>
  ref.kind !== "deletion" && ref.kind !== "usage" && ref.kind !== "unknown";

export const textOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

/** Items by their keys; a key without one was read and found absent. */
export class Snapshot {
  readonly #items = new Map<string, Item>();

  add(items: readonly Item[]): this {
    for (const item of items) this.#items.set(textOf(item as unknown as Key), item);
    return this;
  }

  item(key: Key): Item | undefined {
    return this.#items.get(textOf(key));
  }

  image(id: string): Image | undefined {
    const item = this.item(imageKey(id));
    return item && imageOf(item);
  }

  transfer(imageId: string, transferId: string): Transfer | undefined {
    const item = this.item(transferKey(imageId, transferId));
    return item && transferOf(item);
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Whether a record says what index entries are made of; with one that does not, nothing can be mended. */
export const isSound = (image: Image, id: string): boolean =>
  image.id === id &&
  Number.isSafeInteger(image.revision) &&
  typeof image.created_at === "string" &&
  TIME.test(image.created_at) &&
  (image.name === null || typeof image.name === "string") &&
  (image.owner === null || typeof image.owner === "string") &&
  statuses.includes(image.status) &&
  (!isDeleted(image.status) || (typeof image.deleted_at === "string" && TIME.test(image.deleted_at)));

/** The record itself. */
export function keyOf(ref: Judged): Key {
  switch (ref.kind) {
    case "image":
      return imageKey(ref.imageId);
    case "member":
      return memberKey(ref.imageId, ref.memberId);
    case "transfer":
      return transferKey(ref.imageId, ref.transferId);
    case "list entry":
    case "member entry":
      return { pk: ref.list, sk: ref.place };
    case "open transfer":
      return openTransferKey(ref.imageId, ref.transferId);
  }
}

/** The record whose revision guards this one: all are written in transactions with it. */
export const ownerOf = (ref: Judged): Key =>
  ref.kind === "transfer" || ref.kind === "open transfer"
    ? transferKey(ref.imageId, ref.transferId)
    : imageKey(ref.imageId);

/** What besides its owner a record is judged by. */
export function witnesses(ref: Judged, seen: Snapshot): Key[] {
  const image = seen.image(ref.imageId);
  switch (ref.kind) {
    case "image":
      return image && isSound(image, ref.imageId) ? indexEntries(image) : [];
    case "member":
      return image && isSound(image, ref.imageId)
        ? memberEntries({ member_id: ref.memberId, status: "accepted" }, image).map(({ pk, sk }) => ({
            pk,
            sk,
          }))
        : [];
    case "member entry":
      return [memberKey(ref.imageId, ref.memberId)];
    case "transfer": {
      const transfer = seen.transfer(ref.imageId, ref.transferId);
      return transfer && !isOver(transfer) ? [openTransferKey(ref.imageId, ref.transferId)] : [];
    }
    default:
      return [];
  }
}
