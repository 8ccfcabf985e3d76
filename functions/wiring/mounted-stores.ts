import { s3BlobStore } from "../../shared/images/adapters/s3/blob-store.ts";
import type { BlobStore } from "../../shared/images/ports/blob-store.ts";
import type { PresigningStore } from "../../shared/images/ports/presigning-store.ts";
import type { Stores } from "../../shared/images/ports/stores.ts";
import { folderOf } from "./file-stores.ts";
import { asServed, ofStores } from "./stores.ts";
import { swiftStore } from "./swift-stores.ts";

type MountedStore = BlobStore & Partial<Pick<PresigningStore, "signDownload" | "abortUpload">>;

/** All stores, with the folders, for functions that have them mounted. */
export const mountedStores = (): Stores<MountedStore> =>
  ofStores<MountedStore>({
    s3: ({ client, bucket, storageClass }) => s3BlobStore(client, bucket, { storageClass }),
    swift: (store) => asServed(store, swiftStore(store)),
    file: folderOf,
  });
