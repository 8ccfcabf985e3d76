import { isConvertible } from "../../../domain/convertible-formats.ts";
import { cutParts } from "../../../domain/cut-parts.ts";
import type { ConversionState } from "../../../domain/import-work.ts";
import { streamPartBytes } from "../../../domain/part-plan.ts";
import { bytesOfTransfer } from "../../../domain/transfer.ts";
import { ConversionRefused, type DiskFile, type Workshop } from "../../../ports/workshop.ts";
import { partsMark } from "../fetched-parts.ts";
import { partSender } from "../send-stream.ts";
import type { ConversionPorts } from "./conversion-ports.ts";
import { inspectConvertible } from "./inspect-convertible.ts";
import type { WantedConversion } from "./wanted-conversion.ts";

/** What a conversion tells of itself, and by whom it is ended. */
export interface ConversionRun {
  readonly signal: AbortSignal;
  readonly say: (message: string) => void;
  /** Whether no other converter can have it by now: asked before anything is stored. */
  readonly isOurs: () => boolean;
}

/** It is in other hands by now, or nobody wants it any more. */
export class ConversionLost extends Error {}

/** Stores all of the file; what tells the parts that it has become. */
async function store(
  { stores, lengthOf = streamPartBytes }: ConversionPorts,
  { transfer }: WantedConversion,
  file: DiskFile,
  { signal, say, isOurs }: ConversionRun,
): Promise<string> {
  const { key, upload_id: uploadId = "" } = transfer;
  const requireOurs = () => {
    signal.throwIfAborted();
    if (!isOurs()) throw new ConversionLost("others have it");
  };
  const target = stores.of(bytesOfTransfer(transfer));
  const { add, end } = await partSender({ target, key, uploadId }, requireOurs);
  let bytes = 0;
  try {
    for await (const part of cutParts(file.stream(), lengthOf)) {
      await add(part);
      bytes += part.length;
      say(`Storing the converted data: ${bytes} of ${file.size} bytes`);
    }
  } finally {
    // What is on its way must have come before the file is deleted.
    await end().catch(() => undefined);
  }
  return partsMark((await end()).parts);
}

/** Brings the data into the workshop, converts it there and stores what comes of it, judged before and after. */
export async function convertStaged(
  ports: ConversionPorts,
  wanted: WantedConversion,
  workshop: Workshop,
  run: ConversionRun,
): Promise<NonNullable<ConversionState["done"]>> {
  const { stores, settings } = ports;
  const { output_format: to, image_size_cap: mostBytes } = settings;
  const { image, staged } = wanted;
  const { signal, say } = run;
  const from = image.disk_format;
  if (!isConvertible(from))
    throw new ConversionRefused(`An image of disk_format ${from} cannot be converted.`);

  say("Fetching the data to convert it");
  const source = await workshop.take(stores.of(staged).readStream(staged.key), staged.size, signal);
  // Before a program reads it that trusts data more than we do.
  await inspectConvertible(source, from, settings);
  const { virtualSize } = await workshop.describe(source, from, signal);
  if (to === "raw" && virtualSize > mostBytes)
    throw new ConversionRefused(
      `The disk in the image has ${virtualSize} bytes, which it would have as raw: this service takes at most ${mostBytes}.`,
    );
  say(`Converting the data from ${from} to ${to}`);
  const result = await workshop.convert(source, { from, to, mostBytes }, signal);
  const { virtualSize: virtual_size } = await inspectConvertible(result, to, settings, true);
  const mark = await store(ports, wanted, result, run);
  return { size: result.size, disk_format: to, virtual_size, mark };
}
