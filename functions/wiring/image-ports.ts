import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { dynamodbDeletedImages } from "../../shared/images/adapters/dynamodb/deleted-images.ts";
import { dynamodbFindings } from "../../shared/images/adapters/dynamodb/findings.ts";
import { dynamodbImageLists } from "../../shared/images/adapters/dynamodb/image-listing.ts";
import { dynamodbImageStore } from "../../shared/images/adapters/dynamodb/image-store.ts";
import { dynamodbRefusedUploads } from "../../shared/images/adapters/dynamodb/refused-uploads.ts";
import { dynamodbUsageStore } from "../../shared/images/adapters/dynamodb/usage-store.ts";
import { FIRST_STORE } from "../../shared/images/domain/location.ts";
import { hintingDeletions } from "../../shared/images/operations/bytes/hinting-deletions.ts";
import { hintingCopies } from "../../shared/images/operations/copies/hinting-copies.ts";
import { notifyingImages } from "../../shared/images/operations/notifying-images.ts";
import type { BlobStore } from "../../shared/images/ports/blob-store.ts";
import type { DeletedImages } from "../../shared/images/ports/deleted-images.ts";
import type { Findings } from "../../shared/images/ports/findings.ts";
import type { ImageRecords } from "../../shared/images/ports/image-records.ts";
import type { ImageLists } from "../../shared/images/ports/image-store.ts";
import type { RefusedUploads } from "../../shared/images/ports/refused-uploads.ts";
import type { UsageStore } from "../../shared/images/ports/usage-store.ts";
import { countsUsage } from "../../shared/settings/counts-usage.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import type { Settings } from "../../shared/settings.ts";
import { stores } from "./stores.ts";
import { table } from "./table.ts";
import { workQueue } from "./work-queue.ts";

// The ports of the images on the one table. A bundle holds only those that its function asks for.

/** Every function's counts usage where the settings say so: a change that was not counted could not be made good. */
export const imageStore = (): ImageRecords =>
  dynamodbImageStore(...table(), { countsUsage: countsUsage(deployedSettings(process.env)) });

/** The image store of jobs whose changes are told of: the outbox job delivers the notifications. */
export const notifyingStore = ({ disabled_notifications }: Settings): ImageRecords =>
  notifyingImages(imageStore(), { disabled: disabled_notifications });

/** The image store of functions that somebody waits for: what its changes make due is hinted at at once. */
export const hintingStore = ({ disabled_notifications }: Settings, queue: WorkQueue): ImageRecords =>
  hintingDeletions(notifyingImages(imageStore(), { disabled: disabled_notifications, queue }), queue);

/** The same of functions whose changes bring data, or say where it is to be: what is to be copied is copied at once. */
export const copyingStore = (settings: Settings, queue: WorkQueue): ImageRecords =>
  hintingCopies(hintingStore(settings, queue), queue, settings);

/** The image store of the auditors, who find what is to be mended by a copy. */
export const auditedStore = (settings: Settings): ImageRecords =>
  hintingCopies(notifyingStore(settings), workQueue(), settings);

export const imageLists = (): ImageLists => dynamodbImageLists(...table());

export const deletedImages = (): DeletedImages => dynamodbDeletedImages(...table());

export const usageStore = (): UsageStore => dynamodbUsageStore(...table());

export const refusedUploads = (): RefusedUploads => dynamodbRefusedUploads(...table());

export const findings = ({ disabled_notifications }: Settings): Findings =>
  dynamodbFindings(...table(), disabled_notifications);

/** The store of the first bucket. */
export const blobStore = (): BlobStore => stores().of({ store: FIRST_STORE });
