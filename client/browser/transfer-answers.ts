import type { SignedParts, TransferStatus } from "../transfer/transfer-answers.ts";
import { UploadInterrupted } from "./upload-errors.ts";

/** What one transfer is addressed and authorised with. `token` is a secret: header only, never logged. */
export interface TransferKey {
  readonly id: string;
  readonly token: string;
}

export interface OpenedTransfer extends TransferKey {
  readonly partBytes: number;
}

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** MD5, hex, without quotes. */
  readonly etag: string;
}

export interface TransferPage extends TransferStatus {
  /** Bytes of each part but the last. */
  readonly partBytes: number;
  readonly parts: readonly StoredPart[];
  readonly nextMarker: number | undefined;
}

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null;
const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

// What stands between us and the API answered: worth another try.
const misunderstood = (what: string) =>
  new UploadInterrupted(`the image API's answer was not understood: ${what}`);

function parse(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value)) return value;
  } catch {
    throw misunderstood("no JSON");
  }
  throw misunderstood("no JSON object");
}

// Never null for a transfer whose size was announced, and ours announce it.
function partBytesOf({ part_size }: Json): number {
  if (typeof part_size !== "number" || !(part_size > 0)) throw misunderstood("part_size");
  return part_size;
}

export function parseOpened(text: string): OpenedTransfer {
  const answer = parse(text);
  const { id, token } = answer;
  if (typeof id !== "string" || !/^[\w-]{1,128}$/.test(id)) throw misunderstood("id");
  if (typeof token !== "string" || token === "") throw misunderstood("token");
  return { id, token, partBytes: partBytesOf(answer) };
}

export function parseSigned(text: string): SignedParts {
  const { parts, expires_at } = parse(text);
  return {
    expires_at: String(expires_at),
    parts: records(parts).map(({ number, size, url }) => {
      if (typeof url !== "string" || !/^https?:\/\//.test(url)) throw misunderstood("url");
      return { number: Number(number), size: Number(size), url };
    }),
  };
}

export function parsePage(text: string): TransferPage {
  const answer = parse(text);
  const { state, failure, parts, next_marker } = answer;
  if (state !== "open" && state !== "completing" && state !== "complete" && state !== "aborted") {
    throw misunderstood("state");
  }
  return {
    state,
    ...(isJson(failure) ? { failure: { code: Number(failure.code), message: String(failure.message) } } : {}),
    partBytes: partBytesOf(answer),
    parts: records(parts).map(({ number, size, etag }) => ({
      number: Number(number),
      size: Number(size),
      etag: String(etag).replaceAll('"', ""),
    })),
    nextMarker: typeof next_marker === "number" ? next_marker : undefined,
  };
}

/** The text of an error body that was asked for as JSON, without Glance's line breaks. */
export function refusalText(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    // The gateway's own answers have one more level.
    const inner = isJson(body) && isJson(body.error) ? body.error : body;
    const message = isJson(inner) ? inner.message : undefined;
    return typeof message === "string" ? message.replace(/<br \/>/g, "").trim() : "";
  } catch {
    return "";
  }
}
