import type { ImageService } from "../openstack/image-service.ts";
import { attributePatch } from "../upload/attribute-patch.ts";
import type { ImageSigner } from "../upload/image-signer.ts";
import type { SentParts } from "../upload/send-parts.ts";

/** Gives an image the signature of what was sent of it, before its upload is completed; nothing where nobody signs. */
export async function setSignature(
  images: Pick<ImageService, "update">,
  imageId: string,
  signer: ImageSigner | undefined,
  { signature }: Pick<SentParts, "signature">,
): Promise<void> {
  if (!signer || signature === undefined) return;
  await images.update(imageId, attributePatch({ ...signer.properties, img_signature: signature }));
}
