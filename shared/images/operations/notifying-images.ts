import { enabledEvents } from "../../notifications/domain/notification.ts";
import { type Hints, hintAt } from "../../notifications/operations/notify.ts";
import { taskEvents } from "../domain/task-events.ts";
import type { ImageStore } from "../ports/image-store.ts";

/** An image store that writes the wanted notifications only, those of tasks among them, and has them delivered. */
export const notifyingImages = <Store extends ImageStore>(images: Store, hints: Hints): Store => ({
  ...images,
  commit: async (change) => {
    const ofTasks = (change.writes ?? []).flatMap((write) =>
      write.kind === "task" ? taskEvents(write.before, write.after) : [],
    );
    const events = enabledEvents([...(change.events ?? []), ...ofTasks], hints.disabled);
    const written = await images.commit({ ...change, events });
    if (events.length > 0) await hintAt(hints, written.image.id);
    return written;
  },
});
