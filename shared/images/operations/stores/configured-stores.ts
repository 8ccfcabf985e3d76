import type { StoreSetting, SwiftStoreSetting } from "../../../settings/stores/store-setting.ts";
import type { Settings } from "../../../settings.ts";
import { FIRST_STORE } from "../../domain/location.ts";
import { planParts } from "../../domain/part-plan.ts";
import type { ConfiguredStores, StoreDescription } from "../../domain/store.ts";

const theFirst: StoreDescription = {
  ...{ id: FIRST_STORE, type: "s3", weight: 0, readOnly: false, properties: {} },
};

const MIB = 1024 ** 2;

/** As Glance tells them, sizes in MB: what is larger than one part is a large object of such parts, or larger ones. */
function swiftProperties({ container, authUrl }: SwiftStoreSetting): StoreDescription["properties"] {
  const partMegabytes = planParts(0).partBytes / MIB;
  return {
    ...{ container, auth_url: authUrl },
    ...{ large_object_size: partMegabytes, large_object_chunk_size: partMegabytes },
  };
}

/** As Glance's, without its user and key. */
function locationBaseOf(store: StoreSetting): { readonly locationBase?: string } {
  if (store.type === "swift") return { locationBase: `swift+${store.authUrl}/${store.container}/` };
  return store.type === "file" ? { locationBase: `file://${store.datadir}/` } : {};
}

/** What `info/stores/detail` tells admins of it, as far as it is said. */
function propertiesOf(store: StoreSetting): StoreDescription["properties"] {
  if (store.type === "swift") return swiftProperties(store);
  // Glance's names (glance/api/v2/discovery.py, filesystem_store).
  if (store.type === "file")
    return { data_dir: store.datadir, chunk_size: store.chunkSize, thin_provisioning: false };
  if (store.type !== "s3") return {};
  return {
    ...(store.bucket !== undefined && { bucket: store.bucket }),
    ...(store.region !== undefined && { region: store.region }),
    ...(store.storageClass !== undefined && { storage_class: store.storageClass }),
    ...(store.host !== undefined && { host: store.host }),
  };
}

const describe = (store: StoreSetting): StoreDescription => ({
  ...locationBaseOf(store),
  ...{ id: store.id, type: store.type, weight: store.weight ?? 0, readOnly: store.readOnly ?? false },
  ...(store.description !== undefined && { description: store.description }),
  properties: propertiesOf(store),
});

/**
 * The stores of the settings, which were checked at synth. The store of the first bucket is always there: records from
 * before stores had names mean it. Where the operator names others and not it, it is not in `all`: it takes nothing new
 * and is told to nobody, but what is in it is served, audited and deleted as before.
 */
export function configuredStores(
  settings: Pick<Settings, "enabled_backends" | "default_backend">,
): ConfiguredStores {
  const named = settings.enabled_backends;
  const [first] = named;
  if (first === undefined) return { named: false, all: [theFirst], defaultStore: FIRST_STORE };
  return { named: true, all: named.map(describe), defaultStore: settings.default_backend || first.id };
}
