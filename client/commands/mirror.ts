import { parseCount } from "../command-line/amounts.ts";
import { commandLine } from "../command-line/command-line.ts";
import { Advised, DataMismatch, Interrupted, Resumable, UsageError } from "../command-line/failures.ts";
import { optionWords } from "../command-line/option-words.ts";
import type { MirrorDefinition } from "../mirror/definition.ts";
import { published } from "../mirror/fetch-published.ts";
import { type Line, type Mirror, mirrorDefinition } from "../mirror/mirror-definition.ts";
import { isOwn } from "../mirror/own-image.ts";
import { readDefinitions } from "../mirror/read-definitions.ts";
import type { Image, ImageService } from "../openstack/image-service.ts";
import { inParallel } from "../protocol/in-parallel.ts";
import { explain } from "../terminal/explain.ts";
import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface GivenMirror {
  readonly only?: readonly string[];
  readonly tag?: string;
  readonly latest?: boolean;
  readonly hide?: boolean;
  readonly keep?: string;
  readonly unverified?: boolean;
  readonly store?: readonly string[];
  readonly parallel?: string;
  readonly dryRun?: boolean;
}

const IMPORTS_AT_ONCE = "4";
const results = ["imported", "changed", "deleted", "up to date", "failed"] as const;

/** Those that are wanted now. Throws UsageError for a name that no file has. */
function chosen(all: readonly MirrorDefinition[], only: readonly string[] | undefined) {
  const unknown = only?.find((name) => !all.some((each) => each.name === name));
  if (unknown !== undefined) throw new UsageError(`--only: no file defines an image ${unknown}`);
  return all.filter(({ name, isEnabled }) => (only ? only.includes(name) : isEnabled));
}

/** The images that carry the mirror's tag and are the project's own, hidden ones among them. */
async function managedImages(images: ImageService, tag: string): Promise<readonly Image[]> {
  const found = new Map<string, Image>();
  const { project } = images.session;
  for (const hidden of ["false", "true"]) {
    const query: [string, string][] = [
      ["tag", tag],
      ["os_hidden", hidden],
      ...(project === undefined ? [] : [["owner", project] as [string, string]]),
    ];
    for await (const image of images.list(query))
      if (isOwn({ project, tag }, image)) found.set(image.id, image);
  }
  return [...found.values()];
}

const isMismatchOf = (error: unknown): boolean =>
  error instanceof DataMismatch || (error instanceof Advised && isMismatchOf(error.cause));

function resultOf(lines: readonly Line[], isDryRun: boolean): Result {
  const count = (result: Line["result"]) => lines.filter((line) => line.result === result).length;
  const summary = results.filter((each) => count(each) > 0).map((each) => `${count(each)} ${each}`);
  const failures = lines.filter(({ result }) => result === "failed");
  const told = `${failures.length} of ${lines.length} images are not as the files say`;
  const isMismatch = failures.length > 0 && failures.every(({ error }) => isMismatchOf(error));
  const shown = lines.map(({ error, what, ...line }) => ({
    ...line,
    what: error === undefined ? what : explain(error).message,
  }));
  const rows = shown.map(({ name, version, result, what, id }) => [name, version, result, what, id ?? ""]);
  return {
    json: { dry_run: isDryRun, images: shown },
    text: `${table(["name", "version", "result", "what", "id"], rows)}\n\n${isDryRun ? "would be: " : ""}${summary.join(", ")}`,
    ...(failures.length > 0 && { failure: isMismatch ? new DataMismatch(told) : new Error(told) }),
  };
}

/** The words behind `imagectl` of the same run. */
export const mirrorWords = (paths: readonly string[], given: GivenMirror): string[] => {
  const { only, tag, latest, hide, keep, unverified, store, parallel, dryRun } = given;
  const options = { only, tag, latest, hide, keep, unverified, store, parallel, dryRun };
  return ["mirror", ...paths, ...optionWords(options)];
};

/** `imagectl mirror FILE…`: has the service fetch what publishers have that is new, and puts it in the old one's place. */
export async function mirrorImages(
  context: Context,
  paths: readonly string[],
  given: GivenMirror,
): Promise<Result> {
  const { tag = "managed_by_imagectl", only, store, dryRun: isDryRun = false } = given;
  const parallel = parseCount(given.parallel ?? IMPORTS_AT_ONCE, "--parallel", 1, 100);
  const keep = given.keep === undefined ? undefined : parseCount(given.keep, "--keep", 0, 1000);
  const definitions = chosen(await readDefinitions(paths), only);
  const images = await context.service();
  const managed = await managedImages(images, tag);
  const mirror: Omit<Mirror, "signal"> = {
    images,
    tag,
    stores: store,
    published: published(context.storage, context.signal),
    options: {
      isDryRun,
      latestOnly: given.latest === true,
      hides: given.hide === true,
      keep,
      takesUnverified: given.unverified === true,
    },
  };
  const lines = new Map<string, readonly Line[]>();
  try {
    await inParallel(
      definitions,
      () => parallel,
      async (definition, signal) => {
        const done = await mirrorDefinition({ ...mirror, signal }, definition, managed).catch((error) => {
          signal.throwIfAborted();
          const line = { name: definition.name, version: "", id: null, result: "failed" as const };
          return [{ ...line, what: explain(error).message, error }];
        });
        lines.set(definition.name, done);
        for (const { name, result } of done)
          if (result !== "up to date") context.note(`note: ${name}: ${isDryRun ? "would be " : ""}${result}`);
      },
      context.signal,
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Resumable(error, commandLine(...mirrorWords(paths, given)));
  }
  return resultOf(
    definitions.flatMap(({ name }) => lines.get(name) ?? []),
    isDryRun,
  );
}
