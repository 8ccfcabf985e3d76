import { CompressionFailed } from "../../../../compression/compression-failed.ts";
import { decompressed, unzippedApart } from "../../../../compression/decompressed.ts";
import {
  COMPRESSION_BYTES,
  type Compression,
  compressionOf,
} from "../../../../compression/recognise-compression.ts";
import type { Settings } from "../../../../settings.ts";
import { cutParts } from "../../../domain/cut-parts.ts";
import { streamPartBytes } from "../../../domain/part-plan.ts";
import type { ImportPlugin, PluginResult, PluginRun } from "../../../ports/import-plugin.ts";
import { ImportFailed } from "../import-errors.ts";
import { partSender } from "../send-stream.ts";
import { completeStage } from "../take-staged.ts";

type Undone = Exclude<Compression, "lha">;

/** The run's time is over. */
class NoTime extends Error {}

/** Between two questions whether there is time left, also where much data holds little. */
const ASK_BYTES = 8 * 1024 ** 2;
/** A run that had less time than this, as other steps took it, says nothing of how long it takes. */
const FAIR_RUN_MS = 5 * 60_000;

const unread = (name: string): string =>
  `The data is compressed with ${name}, which is not undone here: decompress it first, ` +
  "or set container_format to compressed to store it as it is.";

/** The staged bytes as they come; asks for time on its way. */
async function* paced(
  { staged, mayGoOn }: PluginRun,
  range: { readonly offset: number; readonly length: number },
): AsyncGenerator<Uint8Array> {
  let asked = 0;
  let bytes = 0;
  for await (const chunk of staged.store.readStream(staged.key, range)) {
    yield chunk;
    bytes += chunk.length;
    if (bytes - asked < ASK_BYTES) continue;
    asked = bytes;
    if (!(await mayGoOn(`${bytes} of ${staged.size} bytes are decompressed`))) throw new NoTime();
  }
}

function contents(run: PluginRun, name: Undone): AsyncIterable<Uint8Array> {
  const { size, store, key } = run.staged;
  if (name !== "zip") return decompressed(name, paced(run, { offset: 0, length: size }));
  return unzippedApart({
    size,
    read: async (offset, length) =>
      length === 0 || offset >= size ? Buffer.alloc(0) : Buffer.from(await store.read(key, offset, length)),
    stream: (offset, length) => paced(run, { offset, length }),
  });
}

type Bounds = Pick<Settings, "image_size_cap" | "image_decompression_ratio_max">;

/** The same bytes; throws ImportFailed as soon as there are too many, and TooLarge above a limit of the project. */
async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  { staged, quota }: { readonly staged: number; readonly quota: (bytes: number) => void },
  { image_size_cap: cap, image_decompression_ratio_max: ratio }: Bounds,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > cap)
      throw new ImportFailed(`The decompressed data is larger than the ${cap} bytes that an image may have.`);
    if (bytes > ratio * staged)
      throw new ImportFailed(
        `The decompressed data is more than ${ratio} times as large as the compressed: ` +
          "decompress it first, or ask your operator for a larger image_decompression_ratio_max.",
      );
    quota(bytes);
    yield chunk;
  }
}

interface Lengths {
  readonly lengthOf: (part: number) => number;
  readonly now: () => number;
}

async function decompress(
  run: PluginRun,
  name: Undone,
  bounds: Bounds,
  { lengthOf, now }: Lengths,
): Promise<PluginResult> {
  const began = now();
  const { transfer, store } = await run.output();
  const { key, upload_id: uploadId = "" } = transfer;
  // A run before this one may have been killed after all was done.
  const made = await (store.findCopied ? store.findCopied(key, uploadId) : store.head(key));
  if (made) return { outcome: "changed", output: made };
  const judged = { staged: run.staged.size, quota: await run.quota() };
  const { add, end } = await partSender({ target: store, key, uploadId });
  let size = 0;
  try {
    for await (const part of cutParts(bounded(contents(run, name), judged, bounds), lengthOf)) {
      if (size > 0 && !(await run.mayGoOn())) throw new NoTime();
      await add(part);
      size += part.length;
    }
    await end();
  } catch (error) {
    // What is on its way must have come before anybody takes the upload away.
    if (!(error instanceof NoTime)) await end().catch(() => undefined);
    if (error instanceof CompressionFailed) throw new ImportFailed(error.message, { cause: error });
    if (!(error instanceof NoTime)) throw error;
    const { stored } = await end();
    // The next run begins anew, and is faster where parts are stored already. One that was stalled until another had the
    // task in hand has found that one's parts.
    if (stored > 0 || now() - began < FAIR_RUN_MS || !run.isOurs()) return { outcome: "continues" };
    throw new ImportFailed(
      `It takes too long to decompress the data, of which no run gets further than ${size} bytes: decompress it first.`,
    );
  }
  return { outcome: "changed", output: await completeStage(store, transfer, size) };
}

/**
 * Glance's `image_decompression`: puts what is in gzip, zstd, bzip2, xz or a zip archive of one file in the place of the
 * staged bytes. A decompressor's state cannot be handed over: each run begins anew, and stores only what no other has stored.
 */
export const decompressImage = (
  bounds: Bounds,
  { lengthOf = streamPartBytes, now = () => performance.now() }: Partial<Lengths> = {},
): ImportPlugin => ({
  name: "image_decompression",
  applies: ({ image }) => image.container_format !== "compressed",
  run: async (run) => {
    const { store, key, size } = run.staged;
    const head = size === 0 ? new Uint8Array() : await store.read(key, 0, COMPRESSION_BYTES);
    const name = compressionOf(head);
    if (name === undefined) return { outcome: "unchanged" };
    if (name === "lha") throw new ImportFailed(unread(name));
    return decompress(run, name, bounds, { lengthOf, now });
  },
});
