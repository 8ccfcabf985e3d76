/**
 * What every store of `enabled_backends` says, as docs/stores.md describes it. It is JSON: functions are told it as it is,
 * in variables of 4 KB, and so it says no defaults.
 */
export interface StoreBase {
  readonly id: string;
  readonly description?: string;
  /** Of several stores that have an image, the heaviest serves it; absent: 0. */
  readonly weight?: number;
  /** Absent: it takes images. */
  readonly readOnly?: boolean;
}

/** A bucket of S3's API. Of its secrets it holds none. */
export interface S3StoreSetting extends StoreBase {
  readonly type: "s3";
  /** A bucket that is there already; absent: the deployment makes one. */
  readonly bucket?: string;
  /** Where that bucket is; absent: where the service is. */
  readonly region?: string;
  /** Absent: S3's own default. */
  readonly storageClass?: string;
  /** Base URL of an S3 that is not AWS's, without a slash at its end. */
  readonly host?: string;
  /** Whether the bucket stands in the path of URLs and not in their host name; only with `host`. */
  readonly pathStyle?: boolean;
  /** ARN of the secret that holds the keys of `host`; absent: the deployment makes one. */
  readonly secret?: string;
}

/** Hosts whose URLs callers register. */
export interface HttpStoreSetting extends StoreBase {
  readonly type: "http";
}

/** A container of OpenStack Swift, by its own API. */
export interface SwiftStoreSetting extends StoreBase {
  readonly type: "swift";
  /** The Keystone to log in at, or the whole address of a login of version 1; without a slash at its end. */
  readonly authUrl: string;
  /** Absent: 3, Keystone's. */
  readonly authVersion?: 1;
  /** The secret has a user of this project then; else an application credential. Only with version 3. */
  readonly project?: string;
  /** Absent: `Default`. */
  readonly projectDomain?: string;
  readonly region?: string;
  /** Which of the endpoints of Keystone's catalog: `internal` or `admin`; absent: `public`. */
  readonly interface?: string;
  /** URL of the account; absent: the one that the login names. */
  readonly endpoint?: string;
  readonly container: string;
  /** Absent: it is there already. */
  readonly createContainer?: true;
  /** ARN of the secret with the login; absent: the deployment makes one. */
  readonly secret?: string;
  /** Clients may be led there, and send their tokens along; absent: they are not. */
  readonly seesTokens?: true;
}

/** Where functions on AWS come by a folder: an EFS file system that is there already. */
export interface FolderMount {
  /** ARN. */
  readonly accessPoint: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** A folder as a Glance has it (filesystem_store_datadir). */
export interface FileStoreSetting extends StoreBase {
  readonly type: "file";
  /** An absolute path; where the functions mount the file system. */
  readonly datadir: string;
  /** The decimal number that looks like the octal one; 0: the process's own. */
  readonly filePerm: number;
  readonly chunkSize: number;
  /** Nobody else keeps images there: what no image refers to is deleted. */
  readonly exclusive: boolean;
  /** Absent: a folder of this machine, which only the local runtime has. */
  readonly mount?: FolderMount;
}

/** A store of `enabled_backends`, by its type. */
export type StoreSetting = S3StoreSetting | HttpStoreSetting | SwiftStoreSetting | FileStoreSetting;

/** Types of stores that a setting can name. */
export type UsableStoreType = StoreSetting["type"];

/** What holds for all stores of a type. */
interface StoreTraits {
  /** The service writes and deletes bytes there: it takes uploads and copies. */
  readonly holdsBytes: boolean;
  /** Clients fetch images there by signed URLs. Those of other stores are served from copies in the cache. */
  readonly servesClients: boolean;
}

const traits: Readonly<Record<UsableStoreType, StoreTraits>> = {
  s3: { holdsBytes: true, servesClients: true },
  http: { holdsBytes: false, servesClients: false },
  swift: { holdsBytes: true, servesClients: true },
  file: { holdsBytes: true, servesClients: false },
};

export const holdsBytes = ({ type }: Pick<StoreSetting, "type">): boolean => traits[type].holdsBytes;
/** Clients send their tokens to where they are led: to Swift only where that is said to be right. */
export const servesClients = (store: StoreSetting): boolean =>
  traits[store.type].servesClients && (store.type !== "swift" || store.seesTokens === true);

/** The store of the first bucket, which every installation has; the images' domain calls it FIRST_STORE. */
export const FIRST_BUCKETS_STORE = "s3";

/** Those of one type. */
export const storesOfType = <Type extends UsableStoreType>(
  stores: readonly StoreSetting[],
  type: Type,
): Extract<StoreSetting, { readonly type: Type }>[] =>
  stores.filter((store): store is Extract<StoreSetting, { readonly type: Type }> => store.type === type);

/** Whether the deployment makes a bucket for it, besides the first one. */
export const hasMadeBucket = (store: StoreSetting): boolean =>
  store.type === "s3" && store.bucket === undefined && store.id !== FIRST_BUCKETS_STORE;

/** Whether it is reached by keys of its own, which a secret has. */
export const hasSecret = (
  store: StoreSetting,
): store is (S3StoreSetting & { readonly host: string }) | SwiftStoreSetting =>
  store.type === "swift" || (store.type === "s3" && store.host !== undefined);
