import { type ImportRequest, type ImportTask, isOfRequest, isOver } from "../openstack/image-imports.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { ImportFailed } from "./await-import.ts";

/** The import that holds the image, whoever has begun it. Throws ImportFailed for another one than is asked for. */
export async function runningImport(
  images: ImageService,
  { id, os_glance_import_task: lock }: Image,
  asked: ImportRequest | undefined,
): Promise<ImportTask | undefined> {
  if (typeof lock !== "string") return undefined;
  const task = (await images.imports.ofImage(id)).find((each) => each.id === lock && !isOver(each));
  if (task === undefined || asked === undefined || isOfRequest(task, asked)) return task;
  throw new ImportFailed(
    `task ${task.id} imports something else into image ${id} (another URL, or with another checksum or none): wait until it is over`,
  );
}
