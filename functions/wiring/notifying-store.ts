import type { WorkQueue } from "../../shared/aws/work-queue.ts";
import { notifyingImages } from "../../shared/images/operations/notifications/notifying-images.ts";
import type { ImageStore } from "../../shared/images/ports/image-store.ts";
import type { Settings } from "../../shared/settings.ts";
import { imageStore } from "./image-store.ts";

/** The image store of functions whose changes are told of; without a queue they are delivered by the outbox job. */
export const notifyingStore = (settings: Settings, queue?: WorkQueue): ImageStore =>
  notifyingImages(imageStore(), { disabled: settings.disabled_notifications, ...(queue ? { queue } : {}) });
