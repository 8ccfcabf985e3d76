import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Clock } from "../../../clock.ts";
import type { Image } from "../../domain/image.ts";
import { bytesOfTransfer, type StoreCopy, type Transfer } from "../../domain/transfer.ts";
import { goodPlaces, type MissingCopy } from "../../domain/wanted-copies.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import type { CopyRecords } from "../../ports/copy-records.ts";
import type { CopyTarget } from "../../ports/copy-target.ts";
import type { Findings } from "../../ports/findings.ts";
import type { ImageStore } from "../../ports/image-store.ts";
import type { RestoreFence } from "../../ports/restore-fence.ts";
import type { Stores } from "../../ports/stores.ts";
import type { TransferStore } from "../../ports/transfer-store.ts";
import type { CopyPolicy } from "./lacking-copies.ts";

export interface CopyingPorts extends CopyPolicy {
  readonly images: ImageStore & TransferStore;
  readonly copyRecords: CopyRecords;
  readonly stores: Stores<BlobStore & CopyTarget>;
  readonly findings: Findings;
  /** Ending a copy, or putting it in the place of a damaged one, has bytes deleted. */
  readonly fence: RestoreFence;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Bytes of a part, for tests; as many as suit the size otherwise. */
  readonly partBytes?: number;
}

/** The record of a copy that is under way. */
export type CopyTransfer = Transfer & { readonly copy: StoreCopy };

export interface CopyWithImage {
  readonly image: Image;
  readonly transfer: CopyTransfer;
}

/** Those of imports are the imports' own. */
export const isCopy = (transfer: Transfer | undefined): transfer is CopyTransfer =>
  transfer?.copy !== undefined && transfer.import === undefined;

const isSame = (one: MissingCopy["replaces"], other: MissingCopy["replaces"]): boolean =>
  one?.store === other?.store && one?.key === other?.key;

/** Whether a copy under way is the one that is missing. */
export const brings = (transfer: CopyTransfer, { store, replaces }: MissingCopy): boolean =>
  bytesOfTransfer(transfer).store === store && isSame(transfer.copy.replaces, replaces);

/** Whether what is copied is still one of the image's good places. */
export const hasGoodSource = ({ image, transfer }: CopyWithImage): boolean =>
  goodPlaces(image).some((place) => isSame(place, transfer.copy.from));
