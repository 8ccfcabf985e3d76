import { isJsonObject, type JsonObject } from "../../shared/json-object.ts";

export interface OpenedTransfer {
  readonly id: string;
  readonly token: string;
  /** Of whoever opened it; empty when the API does not say. */
  readonly project: string;
  /** Recommended bytes of a part; null when the size is unknown. */
  readonly part_size: number | null;
}

export interface PartRequest {
  readonly number: number;
  readonly size: number;
}

export interface SignedParts {
  readonly parts: readonly (PartRequest & { readonly url: string })[];
  /** ISO 8601. */
  readonly expires_at: string;
}

/** What S3 has of one part. */
export interface ListedPart extends PartRequest {
  /** MD5, hex, without quotes. */
  readonly etag: string;
}

/** A transfer and a page of its parts. */
export interface TransferView extends TransferStatus {
  readonly size: number | null;
  readonly partSize: number | null;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly imageStatus: string;
  readonly parts: readonly ListedPart[];
  /** Where the next page begins. */
  readonly nextMarker: number | undefined;
}

export interface TransferStatus {
  readonly state: "open" | "completing" | "complete" | "aborted";
  /** Why it was aborted; `code` is an HTTP status. */
  readonly failure?: { readonly code: number; readonly message: string };
}

const states: readonly TransferStatus["state"][] = ["open", "completing", "complete", "aborted"];

/** What stands between us and the API answered, or not all of it came: worth another try. */
export class AnswerMisunderstood extends Error {
  constructor(what: string) {
    super(`the image API's answer was not understood: ${what}`);
  }
}

const misunderstood = (what: string): never => {
  throw new AnswerMisunderstood(what);
};

function parse(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No JSON is no object either.
  }
  return isJsonObject(value) ? value : misunderstood("no JSON object");
}

/** Ids name journal files and path segments: nothing but letters, digits, `_` and `-` gets in. */
export const isTransferId = (value: unknown): value is string =>
  typeof value === "string" && /^[\w-]{1,128}$/.test(value);

const positive = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);
const textOf = (value: unknown): string => String(value ?? "");
const numberOf = (value: unknown): number => (typeof value === "number" ? value : misunderstood("part"));
const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : misunderstood("part"));
const urlOf = (value: unknown): string =>
  typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value)
    ? value
    : misunderstood("url");

export function parseOpened(text: string): OpenedTransfer {
  const { id, token, project_id, part_size } = parse(text);
  return {
    id: isTransferId(id) ? id : misunderstood("id"),
    token: typeof token === "string" && token !== "" ? token : misunderstood("token"),
    project: textOf(project_id),
    part_size: positive(part_size),
  };
}

export function parseSigned(text: string): SignedParts {
  const { parts, expires_at } = parse(text);
  const signed: readonly unknown[] = Array.isArray(parts) ? parts : misunderstood("parts");
  return {
    expires_at: textOf(expires_at),
    parts: signed.map(objectOf).map(({ number, size, url }) => ({
      number: numberOf(number),
      size: numberOf(size),
      url: urlOf(url),
    })),
  };
}

export function parseStatus(text: string): TransferStatus {
  const { state, failure } = parse(text);
  const known = states.find((name) => name === state) ?? misunderstood("state");
  if (!isJsonObject(failure)) return { state: known };
  return { state: known, failure: { code: Number(failure.code), message: String(failure.message) } };
}

export function parseView(text: string): TransferView {
  const { size, part_size, expires_at, image_status, parts, next_marker } = parse(text);
  const listed: readonly unknown[] = Array.isArray(parts) ? parts : [];
  return {
    ...parseStatus(text),
    size: typeof size === "number" ? size : null,
    partSize: positive(part_size),
    expiresAt: textOf(expires_at),
    imageStatus: textOf(image_status),
    parts: listed.map(objectOf).map(({ number, size: bytes, etag }) => ({
      number: numberOf(number),
      size: numberOf(bytes),
      etag: textOf(etag).replaceAll('"', ""),
    })),
    nextMarker: typeof next_marker === "number" ? next_marker : undefined,
  };
}
