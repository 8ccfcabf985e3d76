import type { WorkQueue } from "../../../aws/work-queue.ts";
import { ownValue } from "../../../own-value.ts";
import type { Settings } from "../../../settings.ts";
import type { Image } from "../../domain/image.ts";
import { COPIES_PROPERTY } from "../../domain/wanted-copies.ts";
import type { ImageStore } from "../../ports/image-store.ts";

const isProved = ({ integrity: { stated_at, verified_at } }: Image): boolean =>
  stated_at === undefined || verified_at !== undefined;

const isReady = (image: Image | undefined): boolean => image?.status === "active" && isProved(image);

const damagedPlaces = (image: Image | undefined): number =>
  image?.locations.filter(({ damaged }) => damaged !== undefined).length ?? 0;

/** Whether an admin has said now where the image is to have copies, or says so no more. */
const isWantedOtherwise = (image: Image, before: Image | undefined): boolean =>
  ownValue(image.properties, COPIES_PROPERTY) !== ownValue(before?.properties ?? {}, COPIES_PROPERTY);

/**
 * An image store that hints at copies as soon as they may be made: an image has become active, its bytes are verified, an
 * admin has said which it is to have, or one of its places was found damaged. Which copies it lacks the worker finds out, as that is no small matter for
 * functions that somebody waits for. A hint that is lost costs time only: the job `copies` finds the image.
 */
export const hintingCopies = <Store extends Pick<ImageStore, "commit">>(
  images: Store,
  queue: Pick<WorkQueue, "copy">,
  { copies }: Pick<Settings, "copies">,
): Store => ({
  ...images,
  commit: async (change) => {
    const written = await images.commit(change);
    const { image } = written;
    const { before } = change.image;
    const isWanted = copies !== "" || Object.hasOwn(image.properties, COPIES_PROPERTY);
    const isNews = isWanted && isReady(image) && (!isReady(before) || isWantedOtherwise(image, before));
    const isWorse = damagedPlaces(image) > damagedPlaces(before);
    if (isNews || isWorse) await queue.copy({ imageId: image.id }, 0).catch(() => undefined);
    return written;
  },
});
