import type { Answer } from "./exchange.ts";
import { ExchangeFailed } from "./exchange-failed.ts";

export interface OpenedTransfer {
  readonly id: string;
  readonly token: string;
  /** Of whoever opened it; empty when the API does not say. */
  readonly project: string;
  /** Recommended bytes of a part; null when the size is unknown. */
  readonly part_size: number | null;
  /** ISO 8601. */
  readonly expires_at: string;
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

const states: ReadonlySet<unknown> = new Set(["open", "completing", "complete", "aborted"]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const misunderstood = (what: string) =>
  new ExchangeFailed("broken", `the image API's answer was not understood: ${what}`);

function recordOf(answer: Answer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString("utf8"));
  } catch {
    throw misunderstood("no JSON");
  }
  if (!isRecord(value)) throw misunderstood("no JSON object");
  return value;
}

/** Ids name journal files and path segments: nothing but letters, digits, `_` and `-` gets in. */
export const isTransferId = (value: unknown): value is string =>
  typeof value === "string" && /^[\w-]{1,128}$/.test(value);

const positive = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);

export function parseOpened(answer: Answer): OpenedTransfer {
  const { id, token, project_id, part_size, expires_at } = recordOf(answer);
  if (!isTransferId(id)) throw misunderstood("id");
  if (typeof token !== "string" || token === "") throw misunderstood("token");
  const project = typeof project_id === "string" ? project_id : "";
  return { id, token, project, part_size: positive(part_size), expires_at: String(expires_at ?? "") };
}

export function parseSigned(answer: Answer): SignedParts {
  const { parts, expires_at } = recordOf(answer);
  if (!Array.isArray(parts)) throw misunderstood("parts");
  return {
    expires_at: typeof expires_at === "string" ? expires_at : "",
    parts: parts.map((part: unknown) => {
      if (!isRecord(part)) throw misunderstood("part");
      const { number, size, url } = part;
      if (typeof number !== "number" || typeof size !== "number") throw misunderstood("part");
      if (typeof url !== "string" || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
        throw misunderstood("url");
      }
      return { number, size, url };
    }),
  };
}

export function parseStatus(answer: Answer): TransferStatus {
  const { state, failure } = recordOf(answer);
  if (!states.has(state)) throw misunderstood("state");
  const known = state as TransferStatus["state"];
  if (!isRecord(failure)) return { state: known };
  return { state: known, failure: { code: Number(failure.code), message: String(failure.message) } };
}

export function parseView(answer: Answer): TransferView {
  const { size, part_size, expires_at, image_status, parts, next_marker } = recordOf(answer);
  const listed = Array.isArray(parts) ? parts : [];
  return {
    ...parseStatus(answer),
    size: typeof size === "number" ? size : null,
    partSize: positive(part_size),
    expiresAt: String(expires_at ?? ""),
    imageStatus: String(image_status ?? ""),
    parts: listed.map((part: unknown) => {
      const { number, size: bytes, etag } = isRecord(part) ? part : {};
      if (typeof number !== "number" || typeof bytes !== "number" || typeof etag !== "string") {
        throw misunderstood("part");
      }
      return { number, size: bytes, etag };
    }),
    nextMarker: typeof next_marker === "number" ? next_marker : undefined,
  };
}
