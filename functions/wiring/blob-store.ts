import { environment } from "../../shared/environment.ts";
import { s3BlobStore } from "../../shared/images/adapters/s3/blob-store.ts";
import { s3Client } from "../../shared/images/adapters/s3/s3-client.ts";
import type { BlobStore } from "../../shared/images/ports/blob-store.ts";

export const blobStore = (): BlobStore => s3BlobStore(s3Client(), environment("imageBucket"));
