import { refuseStore } from "./store-fault.ts";
import type { StoreSetting, SwiftStoreSetting } from "./store-setting.ts";

/** What a store's bytes lie in, where its setting says that, in words. */
function placeOf(store: StoreSetting): string | undefined {
  if (store.type === "s3") return store.bucket && `bucket ${store.bucket}`;
  if (store.type === "swift") return `container ${store.container}`;
  return store.type === "file" ? `folder ${store.datadir}` : undefined;
}

/** `AUTH_0123` of `https://swift.example/v1/AUTH_0123`. */
const accountOf = ({ endpoint }: SwiftStoreSetting) => endpoint?.split("/").at(-1);

/** One project's account, unless both say that it is not: an account has several URLs, and the login names one as well. */
function isOneAccount(one: SwiftStoreSetting, other: SwiftStoreSetting): boolean {
  if (one.endpoint !== undefined && one.endpoint === other.endpoint) return true;
  const [account, another = account] = [accountOf(one), accountOf(other)];
  const mayBeOne = account === undefined || account === another;
  return mayBeOne && one.authUrl === other.authUrl && one.project === other.project;
}

function isOneHost(one: StoreSetting, other: StoreSetting): boolean {
  if (one.type === "s3" && other.type === "s3") return one.host === other.host;
  if (one.type === "swift" && other.type === "swift") return isOneAccount(one, other);
  return one.type === other.type;
}

/** Two stores on one place would delete each other's bytes. Throws StoreFault. */
export function refuseOnePlaceTwice(stores: readonly StoreSetting[]): void {
  for (const [at, store] of stores.entries()) {
    const place = placeOf(store);
    if (place === undefined) continue;
    const other = stores.slice(0, at).find((one) => placeOf(one) === place && isOneHost(one, store));
    const [what] = place.split(" ");
    if (other !== undefined) refuseStore(store.id, `its ${place} is the ${what} of ${other.id} already`);
  }
}
