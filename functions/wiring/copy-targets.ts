import { s3CopyTarget } from "../../shared/images/adapters/s3/copy-target.ts";
import type { BlobStore } from "../../shared/images/ports/blob-store.ts";
import type { CopyTarget } from "../../shared/images/ports/copy-target.ts";
import type { Stores } from "../../shared/images/ports/stores.ts";
import { folderOf } from "./file-stores.ts";
import { ofStores } from "./stores.ts";
import { swiftTarget } from "./swift-stores.ts";

/** The stores as copies are made from and into them. */
export const copyTargets = (): Stores<BlobStore & CopyTarget> =>
  ofStores<BlobStore & CopyTarget>({
    s3: ({ client, bucket, storageClass, service }) =>
      s3CopyTarget(client, bucket, { storageClass, service }),
    swift: swiftTarget,
    file: folderOf,
  });
