import { randomUUID } from "node:crypto";
import { commandLine } from "../command-line/command-line.ts";
import { awaitImport, ImportFailed } from "../imports/await-import.ts";
import { type Checksum, checksumOf } from "../imports/checksum.ts";
import { assertComparable } from "../imports/compare-checksum.ts";
import { requireCompared } from "../imports/require-compared.ts";
import { runningImport } from "../imports/running-import.ts";
import { type ImportTask, methodOf } from "../openstack/image-imports.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { fields } from "../terminal/table.ts";
import { attributePatch } from "../upload/attribute-patch.ts";
import { givenUp } from "../upload/open-upload.ts";
import type { Context } from "./context.ts";
import { advised, checksumWords } from "./import-advice.ts";
import { type ImportOptions, type ImportPlan, importPlan } from "./import-plan.ts";
import type { Result } from "./result.ts";

/** What the data must have: as the command says, or as was said when the import began, by whomever. */
const checksumFor = ({ checksum }: ImportPlan, task: ImportTask | undefined): Checksum | undefined =>
  checksum ?? checksumOf(String((task && methodOf(task))?.checksum));

/** The import that an image got its data by, where it is remembered. */
const importOf = async (images: ImageService, { id }: Image): Promise<ImportTask | undefined> =>
  (await images.imports.ofImage(id)).find(
    (task) => task.status === "success" && methodOf(task)?.checksum !== undefined,
  );

/** What has become of an import that somebody waits for again. Throws Advised of ImportFailed for one that failed. */
async function isOverAlready(images: ImageService, image: Image, plan: ImportPlan): Promise<boolean> {
  if (image.status === "active") return true;
  const last = image.status === "queued" ? (await images.imports.ofImage(image.id)).at(-1) : undefined;
  if (last?.status !== "failure") return false;
  const error = new ImportFailed(`the last import of image ${image.id} failed: ${last.message ?? ""}`);
  throw advised(error, { imageId: image.id, task: last, checksum: checksumFor(plan, last), url: undefined });
}

/** Begins the import; without `into`, of a new image, which is given up when the service takes no such import. */
async function begin(
  images: ImageService,
  plan: ImportPlan,
): Promise<{ readonly image: Image; readonly task?: ImportTask | undefined; readonly isDone?: boolean }> {
  const { into, attributes, checksum, request, isBare } = plan;
  const start = async (image: Image) => {
    if (checksum) await assertComparable(images, image.id, checksum);
    return { image, task: await images.imports.begin(image.id, request(image)) };
  };
  if (into === undefined) {
    const image = await images.create(randomUUID(), attributes);
    return await start(image).catch(async (error: unknown) => {
      throw await givenUp(error, images, image.id);
    });
  }
  const image = await images.find(into);
  const task = await runningImport(images, image, plan.fetches);
  if (task) return { image, task };
  if (isBare && (await isOverAlready(images, image, plan))) return { image, isDone: true };
  if (Object.keys(attributes).length === 0) return await start(image);
  return await start(await images.update(image.id, attributePatch(attributes)));
}

/** `imagectl import URL|ID`: what the service fetches, or has staged, or has in another store, becomes an image's data. */
export async function importImage(context: Context, source: string, options: ImportOptions): Promise<Result> {
  const plan = importPlan(source, options);
  const images = await context.service();
  const { image, task, isDone } = await begin(images, plan);
  if (isDone) {
    const known = checksumFor(plan, await importOf(images, image));
    if (known) await requireCompared(images, image, known);
  }
  if (isDone) return { json: { image, task: null }, text: fields(image), ...partly(image) };
  if (task === undefined)
    return { json: { image, task: null }, text: `image ${image.id} is in all of these stores already` };
  if (!plan.waits)
    return {
      json: { image: await images.show(image.id), task },
      text: `image ${image.id} is being imported; wait for it: ${commandLine("import", image.id, ...checksumWords(plan.checksum))}`,
    };
  const progress = context.progress(`import ${image.name ?? image.id}`, image.size ?? undefined);
  try {
    const onBytes = (more: number) => progress.moving(1, more);
    const ended = await awaitImport(images, image.id, task.id, onBytes, context.signal);
    const imported = await images.show(image.id);
    const known = checksumFor(plan, ended);
    if (known) await requireCompared(images, imported, known);
    return { json: { image: imported, task: ended }, text: fields(imported), ...partly(imported) };
  } catch (error) {
    const checksum = checksumFor(plan, task);
    throw advised(error, { imageId: image.id, task, checksum, url: plan.fetches && source });
  } finally {
    progress.stop();
  }
}

/** Stores that did not get the image, where that was allowed: the command's exit code says so. */
function partly({ id, os_glance_failed_import: failed }: Image): { failure?: Error } {
  if (typeof failed !== "string" || failed === "") return {};
  return { failure: new Error(`image ${id} is active, but not in ${failed.replaceAll(",", ", ")}`) };
}
