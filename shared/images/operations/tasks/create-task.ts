import type { Caller } from "../../../caller.ts";
import { BadRequest } from "../../../errors.ts";
import { enforceService } from "../../../policy/service-policy.ts";
import type { Task } from "../../domain/task.ts";
import type { Change } from "../../ports/change.ts";
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

/** Both in one change of the new image. */
const together = (creation: Change, beginning: Change): Change => {
  const limits = [creation, beginning].flatMap((change) => change.limits?.limits ?? []);
  const project = creation.limits?.project ?? beginning.limits?.project;
  return {
    image: { before: undefined, after: beginning.image.after },
    writes: [...(creation.writes ?? []), ...(beginning.writes ?? [])],
    events: [...(creation.events ?? []), ...(beginning.events ?? [])],
    ...(project !== undefined && { limits: { project, limits } }),
  };
};

/** What creates the image as it is wanted, without writing it. Throws what refuses the image. */
async function creationOf(ports: Ports, caller: Caller, wanted: NewImage): Promise<Change> {
  let creation: Change | undefined;
  const commit = async (change: Change) => {
    creation = change;
    return { image: change.image.after, transfer: undefined };
  };
  await createImage({ ...ports, images: { ...ports.images, commit } })(caller, wanted);
  if (!creation) throw new Error("nothing creates the image");
  return creation;
}

/**
 * Makes an image, and has its data fetched as an import by `web-download` does. `read` is asked when the caller may make
 * tasks. Throws Forbidden, BadRequest, and what makes and begins images and imports throws. The image is written by the
 * change that begins its import: when either is refused there is none, and its id is free.
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
    const creation = await creationOf(ports, caller, wanted);
    const image = creation.image.after;
    const images = {
      ...ports.images,
      find: async () => image,
      commit: (change: Change) => ports.images.commit(together(creation, change)),
    };
    const taskId = await beginImport({ ...ports, images })(caller, image.id, {
      ...{ method: { name: "web-download", uri }, all_stores: false, all_stores_must_succeed: true },
      ...{ body: input, requestId, taskType: "import" },
    });
    const task = taskId === undefined ? undefined : await ports.tasks.findTask(taskId);
    if (!task) throw new Error(`no task imports ${image.id}`);
    return task;
  };
