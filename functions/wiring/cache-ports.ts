import { dynamodbCacheRecords } from "../../shared/cache/adapters/dynamodb/cache-records.ts";
import type { CacheRecords } from "../../shared/cache/ports/cache-records.ts";
import type { CopyStore } from "../../shared/cache/ports/copy-store.ts";
import { environment } from "../../shared/environment.ts";
import { s3BlobStore } from "../../shared/images/adapters/s3/blob-store.ts";
import { s3Client } from "../../shared/images/adapters/s3/s3-client.ts";
import { table } from "./table.ts";

/** What is known of the cache, on the one table. */
export const cacheRecords = (): CacheRecords => dynamodbCacheRecords(...table());

/** Copies lie in a folder of the image bucket. */
export const copyStore = (): CopyStore => s3BlobStore(s3Client(), environment("imageBucket"));
