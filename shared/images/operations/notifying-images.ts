import type { WorkQueue } from "../../aws/work-queue.ts";
import { enabledEvents, type Notification } from "../domain/image-events.ts";
import type { ImageStore } from "../ports/image-store.ts";
import type { OutboxWriter } from "../../notifications/ports/outbox.ts";

interface Hints {
  /** Types and groups of events that are not wanted. */
  readonly disabled: readonly string[];
  /** Told what was written, so that it leaves at once; without it the outbox job delivers within minutes. */
  readonly queue?: Pick<WorkQueue, "notify">;
}

/** The notifications are safe already: the outbox job finds those whose hint was lost. */
const hint = async ({ queue }: Hints, imageId: string): Promise<void> => {
  await queue?.notify({ imageId }).catch(() => undefined);
};

/** An image store that writes the wanted notifications only, and has them delivered. */
export const notifyingImages = <Store extends ImageStore>(images: Store, hints: Hints): Store => ({
  ...images,
  commit: async (change) => {
    const events = enabledEvents(change.events ?? [], hints.disabled);
    const written = await images.commit({ ...change, events });
    if (events.length > 0) await hint(hints, written.image.id);
    return written;
  },
});

/** Tells of something that changes no image. */
export type Notify = (imageId: string, event: Notification) => Promise<void>;

export const notifyOf =
  (outbox: OutboxWriter, hints: Hints): Notify =>
  async (imageId, event) => {
    const events = enabledEvents([event], hints.disabled);
    if (events.length === 0) return;
    await outbox.add(imageId, events);
    await hint(hints, imageId);
  };
