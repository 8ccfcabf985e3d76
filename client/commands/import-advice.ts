import { isJsonObject } from "../../shared/json-object.ts";
import { commandLine } from "../command-line/command-line.ts";
import { Advised, Interrupted, Resumable } from "../command-line/failures.ts";
import { optionWords } from "../command-line/option-words.ts";
import { ImportFailed } from "../imports/await-import.ts";
import { type Checksum, checksumText } from "../imports/checksum.ts";
import { asMismatch } from "../imports/compare-checksum.ts";
import { type ImportTask, methodOf } from "../openstack/image-imports.ts";

/** An import of which somebody has to be told how it is done again. */
export interface Begun {
  readonly imageId: string;
  readonly task: ImportTask;
  /** What the data must have. */
  readonly checksum: Checksum | undefined;
  /** The URL, where this command line has named it: that of another one may hold a secret. */
  readonly url: string | undefined;
}

const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const checksumWords = (checksum: Checksum | undefined): string[] =>
  optionWords({ checksum: checksum && checksumText(checksum) });

/** The words behind `imagectl import` that have the same imported again, into the same image; from what the task was asked for. */
export function wordsAgain({ imageId, task, checksum, url }: Begun): string[] {
  const asked = isJsonObject(task.input) ? task.input.import_req : undefined;
  const { method, stores, all_stores, all_stores_must_succeed } = isJsonObject(asked) ? asked : {};
  const { name, glance_image_id, glance_region, glance_service_interface } = isJsonObject(method)
    ? method
    : {};
  const store = Array.isArray(stores) && all_stores !== true ? stores.map(String) : [];
  const places = optionWords({
    store,
    allStores: all_stores === true,
    allowFailure: all_stores_must_succeed === false,
  });
  if (name === "web-download") return [url ?? "URL", "--id", imageId, ...places, ...checksumWords(checksum)];
  if (name === "glance-download") {
    const from = { region: textIn(glance_region), remoteInterface: textIn(glance_service_interface) };
    return [String(glance_image_id), "--id", imageId, ...optionWords({ method: name, ...from }), ...places];
  }
  if (name === "copy-image") return [imageId, "--method", name, ...places];
  // A checksum is not taken together with stores here.
  return [imageId, ...places, ...(store.length > 0 || all_stores === true ? [] : checksumWords(checksum))];
}

/** How a failed import is done again. */
function againText(begun: Begun, isStaged: boolean): string {
  const again = commandLine("import", ...wordsAgain(begun));
  if (!isStaged) return `Try again: ${again}`;
  const stage = commandLine("upload", "FILE", "--stage", "--id", begun.imageId);
  return `Its staged data is deleted. Bring it again: ${stage}, then ${again}`;
}

/** What a failed or interrupted import leaves, and what can be done about it. */
export function advised(error: unknown, begun: Begun): unknown {
  const { imageId, task, checksum } = begun;
  if (error instanceof Interrupted)
    return new Resumable(error, commandLine("import", imageId, ...checksumWords(checksum)));
  if (!(error instanceof ImportFailed)) return error;
  const isStaged = !error.mayGoOn && methodOf(task)?.name === "glance-direct";
  return new Advised(
    asMismatch(error, checksum),
    `Image ${imageId} is still there. ${againText(begun, isStaged)}, or: ${commandLine("image", "delete", imageId)}.`,
  );
}
