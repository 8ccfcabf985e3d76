import type { S3Client } from "@aws-sdk/client-s3";
import { secretsManager } from "../../shared/aws/secrets-manager.ts";
import { environment, environmentIfSet } from "../../shared/environment.ts";
import { s3BlobStore } from "../../shared/images/adapters/s3/blob-store.ts";
import { hostKeys } from "../../shared/images/adapters/s3/host-keys.ts";
import { s3Client, s3ClientAt } from "../../shared/images/adapters/s3/s3-client.ts";
import { FIRST_STORE } from "../../shared/images/domain/location.ts";
import { type BlobStore, BlobStoreFailed } from "../../shared/images/ports/blob-store.ts";
import type { PresigningStore } from "../../shared/images/ports/presigning-store.ts";
import { type Stores, storesMadeLate } from "../../shared/images/ports/stores.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { parseStoreResources } from "../../shared/settings/stores/store-resources.ts";
import {
  hasMadeBucket,
  type S3StoreSetting,
  type StoreSetting,
  servesClients,
  storesOfType,
  type UsableStoreType,
} from "../../shared/settings/stores/store-setting.ts";
import { swiftStore } from "./swift-stores.ts";

// The stores of the settings. A client is made when the first byte is asked for there.

/** A store's place: its client, and its bucket there. */
export interface StorePlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly storageClass?: string;
  /** Which S3 it is on, the same for all buckets between which it copies: AWS in all regions, or a host with its keys. */
  readonly service: string;
}

const AWS = "aws";

const namedStores = () => deployedSettings(process.env).enabled_backends;

const clients = new Map<string, S3Client>();

/** One client for all buckets of a region, and for all of a host that are reached with the same keys. */
function clientOf(
  { region, host, pathStyle = true, secret }: S3StoreSetting,
  made: string | undefined,
): S3Client {
  if (region === undefined && host === undefined) return s3Client();
  const secretId = host === undefined ? undefined : (secret ?? made);
  const name = [region, host, pathStyle, secretId].join(" ");
  const known = clients.get(name);
  if (known) return known;
  const secrets = secretsManager({ environment: process.env });
  const client = s3ClientAt({
    ...(region !== undefined && { region }),
    ...(host !== undefined && { host, pathStyle, keys: hostKeys(secrets, secretId ?? "", host) }),
  });
  clients.set(name, client);
  return client;
}

const first: StorePlace = {
  get client() {
    return s3Client();
  },
  get bucket() {
    return environment("imageBucket");
  },
  service: AWS,
};

/** What a bucket of one store is for another would be rubbish, or deleted twice. Throws, which ends the function's start. */
function requireOwnBuckets(stores: readonly S3StoreSetting[], made: ReadonlyMap<string, string>): void {
  const taken = new Map([...made].map(([id, bucket]) => [bucket, id]));
  taken.set(environment("imageBucket"), FIRST_STORE);
  for (const { id, bucket = "", host } of stores) {
    const other = host === undefined ? taken.get(bucket) : undefined;
    if (other !== undefined)
      throw new Error(
        `GLANCE_ENABLED_BACKENDS: ${id}: its bucket ${bucket} is the bucket of ${other} already`,
      );
  }
}

/** How to come by each store's place. The first bucket's is always there: see `configuredStores`. */
function places(): ReadonlyMap<string, () => StorePlace> {
  const made = parseStoreResources(environmentIfSet("storeResources"));
  const placeOf = (store: S3StoreSetting) => (): StorePlace => {
    const resource = made.get(store.id);
    const { id, bucket = resource, storageClass } = store;
    const ofClass = storageClass !== undefined && { storageClass };
    if (id === FIRST_STORE)
      return { ...{ client: first.client, bucket: first.bucket, service: AWS }, ...ofClass };
    if (bucket === undefined)
      throw new Error(`environment variable STORE_RESOURCES names no bucket of ${id}`);
    const { host, secret = resource } = store;
    const service = host === undefined ? AWS : `${host} ${secret}`;
    return { client: clientOf(store, resource), bucket, service, ...ofClass };
  };
  const named = storesOfType(namedStores(), "s3");
  requireOwnBuckets(named, made);
  return new Map([[FIRST_STORE, () => first], ...named.map((store) => [store.id, placeOf(store)] as const)]);
}

type SettingOf<Type extends UsableStoreType> = Extract<StoreSetting, { readonly type: Type }>;

/** How something of a store is made, by the store's type; of types that are not said, there is none. */
export type ByType<Kind> = { readonly s3: (place: StorePlace) => Kind } & {
  readonly [Type in Exclude<UsableStoreType, "s3">]?: (store: SettingOf<Type>) => Kind;
};

/** Something of each store's, by the store's name: made when it is first asked for. */
export function ofStores<Kind>({ s3, ...others }: ByType<Kind>): Stores<Kind> {
  const onS3 = [...places()].map(([id, place]) => [id, () => s3(place())] as const);
  const makers = new Map<string, (store: never) => Kind>(Object.entries(others));
  const elsewhere = namedStores().flatMap((store) => {
    const make = makers.get(store.type);
    return make ? [[store.id, () => make(store as never)] as const] : [];
  });
  return storesMadeLate(new Map([...onS3, ...elsewhere]));
}

/** A store of our own bytes; without URLs for downloads where clients are not to be led there. */
type OwnStore = Omit<PresigningStore, "signDownload"> & Partial<Pick<PresigningStore, "signDownload">>;

/** A store as clients may be led to it. */
export function asServed<Store extends OwnStore>(
  setting: StoreSetting,
  store: Store,
): Omit<Store, "signDownload"> & Partial<Pick<Store, "signDownload">> {
  if (servesClients(setting)) return store;
  const { signDownload: _, ...unsigned } = store;
  return unsigned;
}

/** All stores but folders, for bytes of which a record says where they are. */
export const stores = (): Stores<OwnStore> =>
  ofStores<OwnStore>({
    s3: ({ client, bucket, storageClass }) => s3BlobStore(client, bucket, { storageClass }),
    swift: (store) => asServed(store, swiftStore(store)),
  });

/** Of folders it is known here only that nobody is led there. */
const noFolder = { head: () => Promise.reject(new BlobStoreFailed("This function reaches no folders.")) };

/** Of all stores, as far as clients are led there. */
export const servedStores = (
  others: Stores<OwnStore>,
): Stores<Pick<BlobStore, "head"> & Partial<Pick<PresigningStore, "signDownload">>> => {
  const folders = new Set(storesOfType(namedStores(), "file").map(({ id }) => id));
  return { of: (bytes) => (folders.has(bytes.store) ? noFolder : others.of(bytes)) };
};

/**
 * The same of the stores whose places were made for this service, so that all that lies in them is its own: buckets, and
 * containers of Swift where what was made says so itself, and folders of which the settings say so.
 */
export function ofOwnStores<Kind>({
  s3,
  swift,
  file,
}: Pick<Required<ByType<Kind>>, "s3" | "swift" | "file">): ReadonlyMap<string, Kind> {
  const own = namedStores().filter(hasMadeBucket);
  const isOwn = new Set([FIRST_STORE, ...own.map(({ id }) => id)]);
  const ours = [...places()].filter(([id]) => isOwn.has(id));
  return new Map([
    ...ours.map(([id, place]) => [id, s3(place())] as const),
    ...storesOfType(namedStores(), "swift").map((store) => [store.id, swift(store)] as const),
    ...storesOfType(namedStores(), "file")
      .filter(({ exclusive }) => exclusive)
      .map((store) => [store.id, file(store)] as const),
  ]);
}
