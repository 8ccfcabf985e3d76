import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import { isExpired, type Task } from "../../domain/task.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import { visibleImage } from "../visible-image.ts";

interface Ports {
  readonly images: Pick<ImageStore, "find"> & Pick<MemberStore, "findMember">;
  readonly tasks: Pick<TaskStore, "tasksOf">;
  readonly clock: Clock;
}

/**
 * An image's tasks, newest first, for whoever sees the image: those of the own project alone, as in Glance. An admin is
 * shown all. What was sent may hold a secret in a URL. Throws ImageNotFound.
 */
export const showImageTasks =
  ({ images, tasks, clock }: Ports) =>
  async (caller: Caller, imageId: string): Promise<readonly Task[]> => {
    const image = await visibleImage(images, caller, imageId);
    enforce("get_image", caller, image);
    const now = clock();
    const isOwn = ({ owner }: Task) => isContextAdmin(caller) || owner === caller.projectId;
    return (await tasks.tasksOf(imageId)).filter((task) => isOwn(task) && !isExpired(task, now));
  };
