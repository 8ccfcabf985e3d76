import type { Image } from "../../../images/domain/image.ts";
import { keysInUse } from "../../../images/domain/object-key.ts";
import { hasEnded, placeOfUpload } from "../../../images/domain/transfer.ts";
import type { OwnersSeen } from "../../ports/orphans.ts";
import { isOld } from "./age.ts";

const endedAt = (image: Image): string => image.deleted_at ?? image.updated_at;

/**
 * What keeps these bytes, in words; undefined: nothing does. The key is enough, in whichever store it is: where a record
 * and a bucket's name should ever disagree, bytes stay that could go. A deleted image keeps its bytes for the grace as well:
 * its deletion may be under way, or an operator may be bringing it back.
 */
export function claimOn(key: string, { image, transfer }: OwnersSeen, young: Date): string | undefined {
  if (image && keysInUse(image).includes(key)) return "an image uses it";
  const bringsIt = transfer && (transfer.key === key || placeOfUpload(transfer)?.key === key);
  if (bringsIt && !hasEnded(transfer)) return "a transfer is open";
  if (image?.status === "deleted" && !isOld(endedAt(image), young)) return "its image was deleted lately";
  return undefined;
}
