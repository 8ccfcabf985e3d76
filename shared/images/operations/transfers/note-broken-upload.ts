import type { Caller } from "../../../caller.ts";
import type { Clock } from "../../../clock.ts";
import { afterBroken } from "../../domain/broken-upload.ts";
import { enforce } from "../../policy/image-policy.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { visibleImage } from "../visible-image.ts";
import { uploadRule } from "./transfer-access.ts";

/**
 * Remembers an upload that was cut off before it could begin, so that the rest of the file is not taken for an image.
 * Only whoever may upload to the image can say so, and only of one that waits for its data.
 */
export const noteBrokenUpload =
  ({ images, clock }: { readonly images: ImageStore & MemberStore; readonly clock: Clock }) =>
  async (
    caller: Caller,
    imageId: string,
    { size, stage }: { readonly size: number | null; readonly stage: boolean },
  ): Promise<void> => {
    await updateWithRetry(
      images,
      async () => ({ image: await visibleImage(images, caller, imageId) }),
      ({ image }) => {
        enforce(uploadRule(stage), caller, image);
        if (image.status !== "queued" || size === 0) return undefined;
        const broken_upload = afterBroken(image.broken_upload, size, clock());
        return { image: { before: image, after: { ...image, broken_upload } } };
      },
    );
  };
