import type { Caller } from "../../../caller.ts";
import { BadRequest } from "../../../errors.ts";
import { enforceService } from "../../../policy/service-policy.ts";
import type { Task } from "../../domain/task.ts";
import type { PropertyRules } from "../../ports/property-rules.ts";
import { createImage, type NewImage } from "../create-image.ts";
import { type BeginImportPorts, beginImport } from "../imports/begin-import.ts";

/** An import of the older kind, which makes its image itself. */
export interface NewTask {
  readonly uri: string;
  readonly image: NewImage;
  /** As it was sent, for who asks for the task. */
  readonly input: unknown;
  readonly requestId: string;
}

interface Ports extends BeginImportPorts {
  readonly rules?: PropertyRules;
}

/**
 * Makes an image, and has its data fetched as an import by `web-download` does. `read` is asked when the caller may make
 * tasks. Throws Forbidden, BadRequest, and what makes and begins images and imports throws; an image whose import is
 * refused then stays queued.
 */
export const createTask =
  (ports: Ports) =>
  async (caller: Caller, read: () => NewTask): Promise<Task> => {
    enforceService("tasks_api_access", caller);
    enforceService("add_task", caller);
    const { uri, image: wanted, input, requestId } = read();
    if (!ports.settings.enabled_import_methods.includes("web-download"))
      throw new BadRequest("This service imports nothing from URLs: web-download is not enabled.");
    ports.judgeUri(uri);
    const image = await createImage(ports)(caller, wanted);
    const taskId = await beginImport(ports)(caller, image.id, {
      ...{ method: { name: "web-download", uri }, all_stores: false, all_stores_must_succeed: true },
      ...{ body: input, requestId, taskType: "import" },
    });
    const task = taskId === undefined ? undefined : await ports.tasks.findTask(taskId);
    if (!task) throw new Error(`no task imports ${image.id}`);
    return task;
  };
