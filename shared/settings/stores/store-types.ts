import type { JsonObject } from "../../json-object.ts";
import { fileMembers, fileStoreOf } from "./file-store.ts";
import { httpStoreOf } from "./http-store.ts";
import { s3Members, s3StoreOf } from "./s3-store.ts";
import type { StoreBase, StoreSetting, UsableStoreType } from "./store-setting.ts";
import { swiftMembers, swiftStoreOf } from "./swift-store.ts";

/** How a store of a type is read from the settings. */
export interface StoreTypeRule {
  /** What it says besides what all stores say. */
  readonly members: readonly string[];
  /** What a store of this type has, for who gives it what others have. */
  readonly has: string;
  /** glance_store's names of its members. */
  readonly glanceNames: Readonly<Record<string, string>>;
  /** Throws StoreFault. */
  readonly read: (base: StoreBase, given: JsonObject) => StoreSetting;
}

const table: Readonly<Record<UsableStoreType, StoreTypeRule>> = {
  s3: {
    members: s3Members,
    has: "a bucket",
    glanceNames: {
      s3_store_bucket: "bucket",
      s3_store_host: "host",
      s3_store_region_name: "region",
      s3_store_bucket_url_format: "path_style (true or false)",
      s3_store_access_key: "secret",
      s3_store_secret_key: "secret",
    },
    read: s3StoreOf,
  },
  swift: {
    members: swiftMembers,
    has: "a container",
    glanceNames: {
      swift_store_auth_address: "auth_url",
      swift_store_auth_version: "auth_version",
      swift_store_user: "project (the user belongs into the secret)",
      swift_store_key: "secret",
      swift_store_region: "region",
      swift_store_endpoint_type: "interface",
      swift_store_endpoint: "endpoint",
      swift_store_container: "container",
      swift_store_create_container_on_put: "create_container_on_put",
      host: "endpoint",
      bucket: "container",
    },
    read: swiftStoreOf,
  },
  file: {
    members: fileMembers,
    has: "a folder",
    glanceNames: {
      filesystem_store_datadir: "datadir",
      filesystem_store_datadirs: "datadir (one folder)",
      filesystem_store_file_perm: "file_perm",
      filesystem_store_chunk_size: "chunk_size",
    },
    read: fileStoreOf,
  },
  http: { members: [], has: "only URLs that callers register", glanceNames: {}, read: httpStoreOf },
};

/** The types of stores, by their names. A type is added here and in store-setting.ts. */
export const storeTypes: ReadonlyMap<string, StoreTypeRule> = new Map(Object.entries(table));
