import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller } from "../../../caller.ts";
import { Forbidden, Gone, NotFound } from "../../../errors.ts";
import type { Logins } from "../../../http/logins.ts";
import type { Image } from "../../domain/image.ts";
import { isDeleted } from "../../domain/status.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { enforce, ImageNotFound } from "../../policy/image-policy.ts";
import type { MemberStore } from "../../ports/member-store.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import { isVisible } from "../visible-image.ts";

/** Either a login or the transfer's own token; the token alone is enough, so that uploads outlive logins. */
export interface TransferAccess {
  readonly caller: Caller | undefined;
  readonly token: string | undefined;
}

export interface TransferRef {
  readonly imageId: string;
  readonly transferId: string;
}

export interface TransferWithImage {
  readonly image: Image;
  readonly transfer: Transfer;
}

/** Image and transfer that must be there, for those who were told of them by the service itself. */
export async function existingTransfer(
  images: Pick<TransferStore, "findWithTransfer">,
  { imageId, transferId }: TransferRef,
): Promise<TransferWithImage> {
  const { image, transfer } = await images.findWithTransfer(imageId, transferId);
  if (!image || !transfer) throw new Error(`no transfer ${transferId} of image ${imageId}`);
  return { image, transfer };
}

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

const isToken = (transfer: Transfer, token: string): boolean =>
  timingSafeEqual(Buffer.from(transfer.token_hash, "hex"), Buffer.from(tokenHash(token), "hex"));

/** The right that bytes need: to stage them is a change of the image like any other (Glance's policies). */
export const uploadRule = (isStage: boolean) => (isStage ? "modify_image" : "upload_image");

export interface TransferAccessPorts {
  readonly images: Pick<TransferStore, "findWithTransfer"> & Pick<MemberStore, "findMember">;
  /** Tells of logins that were revoked; absent where nobody can. */
  readonly logins?: Logins;
}

/**
 * Image and transfer for somebody who may work on it. A transfer token outlives the login that it was got with, but
 * not that login's revocation. Throws 403, 404 or, when the image is gone, 410.
 */
export const findTransfer =
  ({ images, logins }: TransferAccessPorts) =>
  async (
    { caller, token }: TransferAccess,
    { imageId, transferId }: TransferRef,
  ): Promise<TransferWithImage> => {
    const { image, transfer: found } = await images.findWithTransfer(imageId, transferId);
    // What the service copies or imports by itself is nobody's upload.
    const transfer = found?.copy || found?.import ? undefined : found;
    if (caller) {
      if (!image || isDeleted(image.status) || !(await isVisible(images, caller, image)))
        throw new ImageNotFound(imageId);
      enforce(uploadRule(transfer?.stage === true), caller, image);
      if (!transfer) throw new NotFound(`No transfer found with ID ${transferId}`);
      return { image, transfer };
    }
    if (token === undefined || !transfer || !image || !isToken(transfer, token)) {
      throw new Forbidden("The transfer token is not valid for this transfer.");
    }
    if (transfer.begun_by && logins && !(await logins.areGood(transfer.begun_by))) {
      throw new Forbidden(
        "The login that opened this transfer was revoked: log in again, and go on with X-Auth-Token alone.",
      );
    }
    if (isDeleted(image.status)) throw new Gone(`The image ${imageId} was deleted during its upload.`);
    return { image, transfer };
  };
