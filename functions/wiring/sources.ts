import { safeFetch } from "../../shared/fetch/safe-fetch.ts";
import { httpBlobStore } from "../../shared/images/adapters/http/blob-store.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import type { BlobStore } from "../../shared/images/ports/blob-store.ts";
import { type Stores, storesMadeLate } from "../../shared/images/ports/stores.ts";
import type { Settings } from "../../shared/settings.ts";

/** API Gateway waits 29 seconds, in which several questions to a slow host must end. */
const bounds = {
  maxRedirects: 5,
  maxHeaderBytes: 16 * 1024,
  firstByteMs: 4000,
  idleMs: 4000,
  connectionsPerHost: 8,
};

/** Stores of data at other hosts, whose URLs callers register: read by the rules for foreign sources, and never written. */
export function sources(settings: Settings): Stores<BlobStore> {
  const made = () => httpBlobStore(safeFetch({ ...settings, ...bounds }), settings);
  const named = configuredStores(settings).all.filter(({ type }) => type === "http");
  return storesMadeLate(new Map(named.map(({ id }) => [id, made])));
}

/** Stores of our own bytes, and beside them those of data at other hosts: for whoever reads both. */
export function withSources<Store extends BlobStore>(
  own: Stores<Store>,
  settings: Settings,
): Stores<Store | BlobStore> {
  const others = sources(settings);
  const names = new Set(
    configuredStores(settings).all.flatMap(({ id, type }) => (type === "http" ? [id] : [])),
  );
  return { of: (bytes) => (names.has(bytes.store) ? others.of(bytes) : own.of(bytes)) };
}
