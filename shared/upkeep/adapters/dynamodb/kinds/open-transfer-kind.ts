import {
  imageKey,
  OPEN_TRANSFERS,
  openTransferKey,
  transferKey,
} from "../../../../images/adapters/dynamodb/keys.ts";
import { hasEnded } from "../../../../images/domain/transfer.ts";
import { isId } from "./is-id.ts";
import { type JudgedKind, remove, subjectOf } from "./record-kind.ts";

export const openTransferKind: JudgedKind<"open transfer"> = {
  prefix: OPEN_TRANSFERS,
  isPartition: (pk) => pk === OPEN_TRANSFERS,
  refOf: ({ sk }) => {
    const [imageId = "", transferId = ""] = sk.split("#");
    return isId(imageId) && isId(transferId) ? { kind: "open transfer", imageId, transferId } : undefined;
  },
  keyOf: ({ imageId, transferId }) => openTransferKey(imageId, transferId),
  guardOf: ({ imageId, transferId }) => transferKey(imageId, transferId),
  firstReads: ({ imageId, transferId }) => [imageKey(imageId), transferKey(imageId, transferId)],
  witnesses: () => [],
  isKnownBy: "key",
  faults: (TableName, { imageId, transferId }, seen) => {
    const key = openTransferKey(imageId, transferId);
    const transfer = seen.transfer(imageId, transferId);
    if (!seen.item(key) || (transfer && !hasEnded(transfer))) return [];
    return [
      {
        kind: "open-transfer-entry-left-over",
        subject: subjectOf(key),
        evidence: { transfer: transferId, state: transfer?.state ?? "none" },
        write: remove(TableName, key),
      },
    ];
  },
};
