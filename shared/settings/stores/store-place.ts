import { refuseStore } from "./store-fault.ts";
import type { StoreSetting } from "./store-setting.ts";

/** Where a store's bytes lie, where its setting says that: what it is called, and what no other store may have. */
function placeOf(store: StoreSetting): { readonly called: string; readonly place: string } | undefined {
  if (store.type === "s3" && store.bucket !== undefined)
    return { called: `bucket ${store.bucket}`, place: `${store.host ?? ""} ${store.bucket}` };
  if (store.type === "swift") {
    const { container, authUrl, endpoint = authUrl, project = "" } = store;
    return { called: `container ${container}`, place: `${endpoint} ${project} ${container}` };
  }
  if (store.type === "file") return { called: `folder ${store.datadir}`, place: `file ${store.datadir}` };
  return undefined;
}

/** Two stores on one place would delete each other's bytes. Throws StoreFault. */
export function refuseOnePlaceTwice(stores: readonly StoreSetting[]): void {
  const taken = new Map<string, string>();
  for (const store of stores) {
    const own = placeOf(store);
    if (own === undefined) continue;
    const other = taken.get(own.place);
    const [what] = own.called.split(" ");
    if (other !== undefined) refuseStore(store.id, `its ${own.called} is the ${what} of ${other} already`);
    taken.set(own.place, store.id);
  }
}
