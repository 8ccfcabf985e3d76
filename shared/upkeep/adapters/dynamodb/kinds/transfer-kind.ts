import {
  imageKey,
  openTransferKey,
  TRANSFER_PREFIX,
  transferKey,
} from "../../../../images/adapters/dynamodb/keys.ts";
import { hasEnded } from "../../../../images/domain/transfer.ts";
import { IMAGE_PREFIX } from "./image-kind.ts";
import { insert, type JudgedKind, subjectOf } from "./record-kind.ts";

export const transferKind: JudgedKind<"transfer"> = {
  prefix: IMAGE_PREFIX,
  isPartition: (pk) => pk.startsWith(IMAGE_PREFIX),
  refOf: ({ pk, sk }) =>
    sk.startsWith(TRANSFER_PREFIX)
      ? {
          kind: "transfer",
          imageId: pk.slice(IMAGE_PREFIX.length),
          transferId: sk.slice(TRANSFER_PREFIX.length),
        }
      : undefined,
  keyOf: ({ imageId, transferId }) => transferKey(imageId, transferId),
  guardOf: ({ imageId, transferId }) => transferKey(imageId, transferId),
  firstReads: ({ imageId, transferId }) => [imageKey(imageId), transferKey(imageId, transferId)],
  witnesses: ({ imageId, transferId }, seen) => {
    const transfer = seen.transfer(imageId, transferId);
    return transfer && !hasEnded(transfer) ? [openTransferKey(imageId, transferId)] : [];
  },
  isKnownBy: "first read",
  faults: (TableName, { imageId, transferId }, seen) => {
    const transfer = seen.transfer(imageId, transferId);
    const key = openTransferKey(imageId, transferId);
    if (!transfer || hasEnded(transfer) || seen.item(key)) return [];
    return [
      {
        kind: "open-transfer-entry-missing",
        subject: subjectOf(key),
        evidence: { transfer: transferId, state: transfer.state },
        write: insert(TableName, { ...key }),
      },
    ];
  },
};
