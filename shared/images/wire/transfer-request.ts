import { MAX_OBJECT_BYTES, MAX_PARTS } from "../../aws/multipart-limits.ts";
import { BadRequest } from "../../errors.ts";
import { isJsonObject } from "../../json-object.ts";
import { ownValue } from "../../own-value.ts";
import type { Settings } from "../../settings.ts";
import { signatureProperties } from "../../signatures/image-signature.ts";
import type { Completion } from "../operations/transfers/complete-transfer.ts";
import type { PartRequest } from "../operations/transfers/count-signed.ts";
import type { TransferRequest } from "../operations/transfers/open-transfer.ts";

const SHORTEST_LEASE = 30;

type Body = Readonly<Record<string, unknown>>;

function integer(body: Body, name: string, least: number, most: number): number | undefined {
  const value = ownValue(body, name);
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw new BadRequest(`${name} must be a whole number from ${least} to ${most}.`);
  }
  return value as number;
}

function flag(body: Body, name: string): boolean {
  const value = ownValue(body, name) ?? false;
  if (typeof value !== "boolean") throw new BadRequest(`${name} must be true or false.`);
  return value;
}

function hexText(body: Body, name: string, length: number): string | undefined {
  const value = ownValue(body, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || !new RegExp(`^[0-9a-fA-F]{${length}}$`).test(value)) {
    throw new BadRequest(`${name} must be ${length} hexadecimal digits.`);
  }
  return value.toLowerCase();
}

function objects(body: Body, name: string): Body[] {
  const value = ownValue(body, name);
  const isList = Array.isArray(value) && value.length <= MAX_PARTS;
  if (!isList || value.some((item) => typeof item !== "object" || item === null || Array.isArray(item))) {
    throw new BadRequest(`${name} must be a list of objects.`);
  }
  return value as Body[];
}

const MAX_STORE_NAME = 255;

function storeName(body: Body): string | undefined {
  const value = ownValue(body, "store");
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.length > MAX_STORE_NAME)
    throw new BadRequest(`store must be the id of a store, a text of at most ${MAX_STORE_NAME} characters.`);
  return value;
}

/** The properties that an image's signature will have besides itself. */
function announcedSignature(body: Body): Record<string, string> | undefined {
  const value = ownValue(body, "signature_follows");
  if (value === undefined || value === null) return undefined;
  const names = signatureProperties.filter((name) => name !== "img_signature");
  const texts = isJsonObject(value) ? names.map((name) => [name, ownValue(value, name)]) : [];
  if (texts.length === 0 || texts.some(([, text]) => typeof text !== "string"))
    throw new BadRequest(`signature_follows must be an object with the texts ${names.join(", ")}.`);
  return Object.fromEntries(texts);
}

/** Body of a transfer's creation; of `store` and the header X-Image-Meta-Store the body counts. */
export const transferRequest = (body: Body, settings: Settings, named?: string): TransferRequest => ({
  size: integer(body, "size", 0, MAX_OBJECT_BYTES) ?? null,
  announced: ownValue(body, "announced") === undefined ? undefined : flag(body, "announced"),
  store: storeName(body) ?? named,
  leaseSeconds: Math.min(
    integer(body, "lease", SHORTEST_LEASE, settings.transfer_lifetime_max) ?? settings.transfer_lease_max,
    settings.transfer_lease_max,
  ),
  stage: flag(body, "stage"),
  signatureFollows: announcedSignature(body),
  multipart: true,
});

/** Whether nothing is to be created: the uploader tells of an upload that was cut off before it could begin. */
export const tellsOfBroken = (body: Body): boolean => flag(body, "broken");

/** Body of a request for part URLs; numbers and sizes are judged by the operation. */
export const partRequests = (body: Body): PartRequest[] =>
  objects(body, "parts").map((part) => ({ number: part.number as number, size: part.size as number }));

/** Body of a completion. Hashes count only as a pair with sha512, the algorithm this service keeps. */
export function completionOf(body: Body): Completion {
  const size = integer(body, "size", 0, MAX_OBJECT_BYTES);
  if (size === undefined) throw new BadRequest("size is missing: the number of bytes that were uploaded.");
  const checksum = hexText(body, "checksum", 32);
  const os_hash_value = hexText(body, "os_hash_value", 128);
  if (os_hash_value !== undefined && body.os_hash_algo !== undefined && body.os_hash_algo !== "sha512") {
    throw new BadRequest("os_hash_algo must be sha512.");
  }
  const parts =
    body.parts === undefined
      ? undefined
      : objects(body, "parts").map((part) => ({ number: Number(part.number), etag: String(part.etag) }));
  return {
    size,
    ...(checksum === undefined ? {} : { checksum }),
    ...(os_hash_value === undefined ? {} : { os_hash_value }),
    ...(parts === undefined ? {} : { parts }),
  };
}

/** `?marker=N` of a transfer's parts. */
export function partMarker(query: URLSearchParams): number | undefined {
  const text = query.get("marker");
  if (text === null) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new BadRequest("marker must be a part number.");
  return Number(text);
}
