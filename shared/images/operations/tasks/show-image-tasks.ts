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

/** A task as a caller sees it. */
export interface SeenTask {
  readonly task: Task;
  /** Whether it may be shown what was sent: a URL of it may hold a secret. */
  readonly isOwn: boolean;
}

/** An image's tasks, newest first, for whoever sees the image. Throws ImageNotFound. */
export const showImageTasks =
  ({ images, tasks, clock }: Ports) =>
  async (caller: Caller, imageId: string): Promise<readonly SeenTask[]> => {
    const image = await visibleImage(images, caller, imageId);
    enforce("get_image", caller, image);
    const now = clock();
    const found = (await tasks.tasksOf(imageId)).filter((task) => !isExpired(task, now));
    return found.map((task) => ({ task, isOwn: task.owner === caller.projectId || isContextAdmin(caller) }));
  };
