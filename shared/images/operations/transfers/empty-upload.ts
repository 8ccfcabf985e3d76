import type { Clock } from "../../../clock.ts";
import { BadRequest } from "../../../errors.ts";
import type { Settings } from "../../../settings.ts";
import { repeatedUpload } from "../../domain/broken-upload.ts";
import type { Image } from "../../domain/image.ts";
import type { RefusedUploads } from "../../ports/refused-uploads.ts";

export interface EmptyUploadPorts {
  readonly refused: RefusedUploads;
  readonly clock: Clock;
  readonly settings: Settings;
}

const looksRepeated = (until: string) =>
  new BadRequest(
    "No image data was received, and an upload with data to this image failed a moment ago: this looks like its " +
      `repetition without the data. Upload the whole file again, or the empty image after ${until}.`,
  );

/** Refuses an upload that is, by what the image's record says, a part of an earlier one: the rest of it, or nothing. */
export function refuseRepeat(image: Image, size: number | null, now: Date): void {
  const broken = repeatedUpload(image.broken_upload, size, now);
  if (!broken) return;
  if (size === 0) throw looksRepeated(broken.until);
  throw new BadRequest(
    `An upload of ${broken.size} bytes to this image broke off, and ${size} bytes look like the rest of it: ` +
      `upload the whole file, or this other one after ${broken.until}.`,
  );
}

/**
 * Whether an empty upload may make an image of 0 bytes, as Glance makes one of any empty body. Clients repeat a failed
 * PUT without its data, and take success for a whole image: an upload with data that failed in the last ten minutes
 * refuses it. `announced`: the client said by itself that it has 0 bytes.
 */
export async function judgeEmptyUpload(
  { refused, clock, settings }: EmptyUploadPorts,
  imageId: string,
  announced: boolean,
): Promise<void> {
  if (settings.empty_uploads === "refuse" && !announced) {
    throw new BadRequest(
      "No image data was received. A repeated request without its body looks like this: upload the file again. " +
        "For an image that is empty on purpose send X-OpenStack-Image-Size: 0.",
    );
  }
  const until = await refused.rememberedUntil(imageId);
  if (until !== undefined && until > clock().toISOString()) throw looksRepeated(until);
}
