import type { StoreSetting } from "../../shared/settings/stores/store-setting.ts";

/** URLs of other hosts that a store's bytes are reached by. */
const urlsOf = (store: StoreSetting): readonly (string | undefined)[] => {
  if (store.type === "swift") return [store.authUrl, store.endpoint];
  return store.type === "s3" ? [store.host] : [];
};

function portOf(text: string): number {
  const { port, protocol } = new URL(text);
  if (port !== "") return Number(port);
  return protocol === "http:" ? 80 : 443;
}

/** The TCP ports by which these stores are reached, each once, with that of AWS's own services. */
export function storePorts(stores: readonly StoreSetting[]): readonly number[] {
  const urls = stores.flatMap(urlsOf).filter((url) => url !== undefined);
  return [...new Set([443, ...urls.map(portOf)])].toSorted((one, other) => one - other);
}
