import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { isContextAdmin } from "../../../policy/ask.ts";
import { isExpired, type Task } from "../../domain/task.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { TaskStore } from "../../ports/task-store.ts";
import { visibleImage } from "../visible-image.ts";

/** All tasks of any real image. More would not fit into one answer, with what was sent for each. */
const MOST_SHOWN = 50;

interface Ports {
  readonly images: Pick<ImageStore, "find"> & Pick<MemberStore, "findMember">;
  readonly tasks: Pick<TaskStore, "tasksOf">;
  readonly clock: Clock;
}

/**
 * An image's newest tasks, newest first, for whoever sees the image: those of the own project alone, as in Glance. An admin is
 * shown all. What was sent may hold a secret in a URL. Throws ImageNotFound.
 */
export const showImageTasks =
  ({ images, tasks, clock }: Ports) =>
  async (caller: Caller, imageId: string): Promise<readonly Task[]> => {
    const image = await visibleImage(images, caller, imageId);
    enforce("get_image", caller, image);
    const now = clock();
    // Callers without a project have none in common.
    const isOwners = ({ owner }: Task) => owner !== null && owner !== "" && owner === caller.projectId;
    const isOwn = (task: Task) => isContextAdmin(caller) || isOwners(task);
    return (await tasks.tasksOf(imageId, MOST_SHOWN)).filter((task) => isOwn(task) && !isExpired(task, now));
  };
