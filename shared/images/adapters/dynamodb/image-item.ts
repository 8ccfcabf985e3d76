import { emptyImage, type Image } from "../../domain/image.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { imageKey, transferKey } from "./keys.ts";
import { type LocationAttributes, locationAttributes, locationsOf, stagedOf } from "./location-attributes.ts";

/** Version of the form of transfers' items. */
const ITEM_VERSION = 1;

const DAY = 86_400;
/** A transfer that is over is kept this long for clients that ask again; then DynamoDB's TTL removes it. */
const TRANSFER_MEMORY_SECONDS = 14 * DAY;

type Item = Record<string, unknown>;

export const imageItem = ({ record_version, locations, ...image }: Image): Item => ({
  ...imageKey(image.id),
  v: record_version,
  ...image,
  ...locationAttributes(locations),
});

/** Attributes that an older version did not know have their defaults. */
export function imageOf(item: Item): Image {
  const { pk, sk, v, location, locations, staged, ...image } = item;
  return {
    ...emptyImage,
    ...image,
    locations: locationsOf({ location, locations } as LocationAttributes),
    staged: stagedOf(staged as Image["staged"]),
    record_version: v ?? 1,
  } as unknown as Image;
}

export const transferItem = (transfer: Transfer): Item => ({
  ...transferKey(transfer.image_id, transfer.id),
  v: ITEM_VERSION,
  expires_at_ttl: Math.ceil(Date.parse(transfer.latest_expiry) / 1000) + TRANSFER_MEMORY_SECONDS,
  ...transfer,
});

export function transferOf(item: Item): Transfer {
  const { pk, sk, v, expires_at_ttl, ...transfer } = item;
  return transfer as unknown as Transfer;
}
