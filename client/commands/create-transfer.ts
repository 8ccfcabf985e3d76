import { parseBytes } from "../command-line/amounts.ts";
import { UsageError } from "../command-line/failures.ts";
import { writePrivate } from "../machine/write-private.ts";
import { fields } from "../terminal/table.ts";
import type { Ticket } from "../upload/ticket.ts";
import { describedFile, kept, openTicket } from "./begin-upload.ts";
import type { Context } from "./context.ts";
import { type ImageOptions, type PlannedImage, plannedImage } from "./planned-image.ts";
import type { Result } from "./result.ts";
import { openImageFile } from "./upload.ts";

export interface CreateOptions extends ImageOptions {
  readonly size?: string;
  /** File the ticket is written to, instead of standard output. */
  readonly out?: string;
}

/** The ticket in a file of its own, or as the command's answer. */
export async function handOut(
  context: Context,
  { version, endpoint, ...rest }: Ticket,
  out: string | undefined,
): Promise<Result> {
  const { image_id, transfer_id, token, size, part_size } = rest;
  const ticket: Ticket = { version, endpoint, image_id, transfer_id, token, size, part_size };
  const parts = size === null ? null : Math.ceil(size / part_size);
  if (out === undefined) {
    context.note("note: whoever has this ticket can write the image; keep it like a password");
    return { json: ticket, text: JSON.stringify(ticket, null, 2) };
  }
  await writePrivate(out, `${JSON.stringify(ticket, null, 2)}\n`);
  const json = { ticket: out, image_id, transfer_id, size, part_size, parts };
  return { json, text: fields(json) };
}

/** `imagectl transfer create FILE|--size N`: an open transfer for others to fill. */
export async function createTransfer(
  context: Context,
  file: string | undefined,
  options: CreateOptions,
): Promise<Result> {
  if ((file === undefined) === (options.size === undefined))
    throw new UsageError("give a file or --size, not both");
  const image = plannedImage(options);
  const what =
    file === undefined
      ? {
          size: parseBytes(options.size ?? "", "--size"),
          name: undefined,
          diskFormat: image.diskFormat ?? "raw",
        }
      : await describedPath(context, file, image);
  const ticket = await openTicket(context, image, what);
  return kept(context, ticket, image, () => handOut(context, ticket, options.out));
}

async function describedPath(context: Context, file: string, image: PlannedImage) {
  const { handle, stamp } = await openImageFile(file);
  try {
    return await describedFile(context, file, handle, stamp, image);
  } finally {
    await handle.close();
  }
}
