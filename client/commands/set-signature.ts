import type { ImageService } from "../openstack/image-service.ts";
import { attributePatch } from "../upload/attribute-patch.ts";
import type { ImageSigner } from "../upload/image-signer.ts";
import type { SentParts } from "../upload/send-parts.ts";

/**
 * Gives an image the signature of what was sent of it, before its upload is completed. Where nobody signs, nothing is
 * asked of the service: who goes on with a ticket has no login.
 */
export async function setSignature(
  service: () => Promise<Pick<ImageService, "update">>,
  imageId: string,
  signer: ImageSigner | undefined,
  { signature }: Pick<SentParts, "signature">,
): Promise<void> {
  if (!signer || signature === undefined) return;
  const images = await service();
  await images.update(imageId, attributePatch({ ...signer.properties, img_signature: signature }));
}
