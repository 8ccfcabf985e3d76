import type { FileHandle } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { ByteSource } from "../../shared/formats/byte-source.ts";
import { CLEAN_UP_MS } from "../limits.ts";
import { assertAccepted, detectFormat, fileBytes } from "../upload/detect-format.ts";
import type { FileStamp } from "../upload/file-changed.ts";
import type { ImageSigner } from "../upload/image-signer.ts";
import { givenUp, openUpload } from "../upload/open-upload.ts";
import { choosePartBytes, evenLayout } from "../upload/part-layout.ts";
import type { Ticket, UploadState } from "../upload/ticket.ts";
import { assertBare, WRAPPING_BYTES } from "../upload/wrapping.ts";
import type { Context } from "./context.ts";
import type { PlannedImage } from "./planned-image.ts";

interface NewTransfer {
  readonly size: number;
  readonly name: string | undefined;
  readonly diskFormat: string;
}

/** Makes image and transfer for `size` bytes, cut as --part-size, the line or the service say. */
export async function openTicket(
  context: Context,
  image: PlannedImage,
  what: NewTransfer,
  signer?: ImageSigner,
): Promise<Ticket> {
  const { size, name, diskFormat } = what;
  const { partBytes } = image;
  if (partBytes !== undefined) evenLayout(size, partBytes);
  const attributes = {
    // A name of its own is left to an image that exists.
    ...(name === undefined || image.id !== undefined ? {} : { name }),
    ...image.attributes,
  };
  const formats = { disk_format: diskFormat, container_format: "bare" };
  const images = await context.service();
  const { endpoint } = images.session;
  const rate = await context.state.rate(new URL(endpoint).host);
  // Before anything is made: a size that memory cannot cut.
  evenLayout(size, partBytes ?? choosePartBytes(size, null, rate));
  const { imageId, opened } = await openUpload(
    images,
    await context.transfers(endpoint),
    {
      ...{ id: image.id, attributes, formats, size, stage: image.stage, store: image.store },
      signatureFollows: signer?.properties,
    },
    context.signal,
  );
  return {
    version: 1,
    endpoint,
    image_id: imageId,
    transfer_id: opened.id,
    token: opened.token,
    size,
    part_size: partBytes ?? choosePartBytes(size, opened.part_size, rate),
  };
}

/** Keeps a new ticket; where that fails, image and transfer are given up: nobody could go on with them. */
export async function kept<Kept>(
  context: Context,
  ticket: Ticket,
  image: PlannedImage,
  keep: () => Promise<Kept>,
): Promise<Kept> {
  try {
    return await keep();
  } catch (error) {
    const { image_id, transfer_id, token, endpoint } = ticket;
    const api = await context.transfers(endpoint);
    await api.abort({ imageId: image_id, id: transfer_id, token }, false, AbortSignal.timeout(CLEAN_UP_MS));
    throw image.id === undefined ? await givenUp(error, await context.service(), image_id) : error;
  }
}

/**
 * The disk_format of the image that this data is for: as the user says, or that of the image that is there, or as the
 * data shows. Throws FormatRefused for data that the service would refuse, UsageError for data that is only wrapped
 * around a disk and that nobody calls so, unless the user leaves that to the service. `what`: the data, for messages.
 */
export async function declaredFormat(
  context: Context,
  bytes: ByteSource,
  what: string,
  image: PlannedImage,
): Promise<string> {
  const there = image.id === undefined ? undefined : await (await context.service()).find(image.id);
  const said = image.diskFormat ?? there?.disk_format ?? undefined;
  const container = image.containerFormat ?? (there?.container_format as string | null | undefined);
  if (image.inspect) {
    const head = Buffer.from(await bytes.read(0, WRAPPING_BYTES));
    assertBare(head, what, { diskFormat: said, containerFormat: container ?? undefined });
  }
  const diskFormat = said ?? (await detectFormat(bytes));
  // Staged data is judged by the import that takes it.
  if (image.inspect && !image.stage)
    await assertAccepted(bytes, { diskFormat, containerFormat: container ?? "bare" });
  return diskFormat;
}

/** What a new image of this file is like. Throws FormatRefused as declaredFormat does. */
export async function describedFile(
  context: Context,
  file: string,
  handle: FileHandle,
  stamp: FileStamp,
  image: PlannedImage,
): Promise<NewTransfer> {
  const diskFormat = await declaredFormat(context, fileBytes(handle, stamp.size), file, image);
  return { size: stamp.size, name: basename(file), diskFormat };
}

/** Begins the upload of a file and remembers it on this machine. Throws FormatRefused before anything is made. */
export async function beginUpload(
  context: Context,
  file: string,
  handle: FileHandle,
  stamp: FileStamp,
  image: PlannedImage,
  signer: ImageSigner | undefined,
): Promise<UploadState> {
  const what = await describedFile(context, file, handle, stamp, image);
  const path = resolve(file);
  const ticket = await openTicket(context, image, what, signer);
  const known = { file: path, mtime_ms: stamp.mtimeMs, begun_with: image.said };
  const state = { ...ticket, ...known, whose: await context.whose() };
  await kept(context, ticket, image, () => context.state.save(state));
  return state;
}
