import { s3BlobStore } from "../../shared/adapters/s3/blob-store.ts";
import { s3Client } from "../../shared/adapters/s3/s3-client.ts";
import { environment } from "../../shared/environment.ts";
import type { BlobStore } from "../../shared/ports/blob-store.ts";

export const blobStore = (): BlobStore => s3BlobStore(s3Client(), environment("imageBucket"));
