import { BadRequest, GlanceError, TooLarge } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import type { Location } from "../../domain/location.ts";
import { keyOwnerOf } from "../../domain/object-key.ts";
import type { ConfiguredStores, StoreDescription } from "../../domain/store.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { Stores } from "../../ports/stores.ts";
import { imageSignature } from "../signatures/signer-of.ts";
import { inspectBytes } from "../transfers/inspect-stored.ts";

/** A URL that cannot be the place of an image's data. Its text names no URL: one may hold a secret. */
export class InvalidLocation extends BadRequest {
  constructor(reason: string, cause?: unknown) {
    super(`Invalid location: ${reason}`);
    this.cause = cause;
  }
}

export interface SourcePorts {
  /** Stores whose data callers register. */
  readonly sources: Stores<Pick<BlobStore, "head" | "read">>;
  readonly configured: ConfiguredStores;
  readonly settings: Settings;
  /** For tests. */
  readonly sourcesMs?: number;
}

/** What one request may take to look at other hosts: its function is ended after 25 s, without a word to the caller. */
const SOURCES_MS = 15_000;

/** What is over when a request has waited for other hosts as long as it may. */
export const patienceFor = ({ sourcesMs = SOURCES_MS }: Pick<SourcePorts, "sourcesMs">): AbortSignal =>
  AbortSignal.timeout(sourcesMs);

/** Waits for `work` until then. Whatever it has asked ends by itself, soon after. Throws InvalidLocation. */
async function before<Result>(patience: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const late = new InvalidLocation(
    "its host answers too slowly. Try again later, add fewer locations at a time, or upload the data.",
  );
  if (patience.aborted) throw late;
  const over = Promise.withResolvers<never>();
  const end = () => over.reject(late);
  patience.addEventListener("abort", end);
  try {
    return await Promise.race([work(), over.promise]);
  } finally {
    patience.removeEventListener("abort", end);
  }
}

/** Data at a URL, as it was found there. */
export interface FoundSource {
  readonly location: Location;
  readonly virtual_size: number | null;
}

export const sourceStore = ({ all }: ConfiguredStores): StoreDescription | undefined =>
  all.find(({ type }) => type === "http");

/** Data of our own stores belongs to one image: whoever has a signed URL of it would else keep it for good. */
function isOurs(url: URL): boolean {
  let path = url.pathname;
  try {
    path = decodeURIComponent(path);
  } catch {
    // Not UTF-8: no key of ours.
  }
  const key = path.split("/").filter(Boolean).slice(-2).join("/");
  return keyOwnerOf(key) !== undefined;
}

/** The store that reads a URL which somebody registers. Throws InvalidLocation. */
export function storeOfUrl(configured: ConfiguredStores, uri: string): StoreDescription {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme !== "http" && scheme !== "https")
    throw new InvalidLocation(
      "only URLs of http and https can be registered; data in the stores of this service belongs to one image.",
    );
  const store = sourceStore(configured);
  if (!store) throw new InvalidLocation("no store of type http is configured (enabled_backends).");
  if (!URL.canParse(uri)) throw new InvalidLocation("it is no URL.");
  if (isOurs(new URL(uri)))
    throw new InvalidLocation("it looks like data in a store of this service, which belongs to one image.");
  return store;
}

/** Refuses an image that has, or needs, a signature: registered data is never compared with one. Throws InvalidLocation. */
export function requireUnsigned(image: Image, { enforce_signatures }: Settings): void {
  if (enforce_signatures || imageSignature(image))
    throw new InvalidLocation("the signature of an image is compared with uploaded data only: upload it.");
}

/**
 * Looks at the data at a URL by the rules for foreign sources: it must be there, say its length, and be of the image's
 * declared format. Reads some ranges of it, until `patience` is over. Throws InvalidLocation, SourceForbidden, TooLarge,
 * UnsupportedMediaType.
 */
export const findSource = (
  ports: SourcePorts,
  image: Image,
  uri: string,
  patience: AbortSignal,
): Promise<FoundSource> => before(patience, () => sourceAt(ports, image, uri));

async function sourceAt(
  { sources, configured, settings }: SourcePorts,
  image: Image,
  uri: string,
): Promise<FoundSource> {
  const { id: store } = storeOfUrl(configured, uri);
  requireUnsigned(image, settings);
  const blobs = sources.of({ store });
  try {
    const found = await blobs.head(uri);
    if (!found) throw new InvalidLocation("there is nothing at this URL.");
    const { size, etag } = found;
    if (size === 0) throw new InvalidLocation("there are no bytes at this URL.");
    if (size > settings.image_size_cap)
      throw new TooLarge(
        `The image has ${size} bytes; this service takes at most ${settings.image_size_cap}.`,
      );
    const source = {
      size,
      read: (offset: number, length: number) => blobs.read(uri, offset, Math.min(length, size - offset)),
    };
    const virtual_size = await inspectBytes(image, source, settings);
    return { location: { store, key: uri, size, etag, registered: true }, virtual_size };
  } catch (error) {
    if (error instanceof GlanceError && error.status < 500) throw error;
    throw new InvalidLocation(error instanceof Error ? error.message : "it cannot be read.", error);
  }
}
