import type { WorkQueue } from "../../../aws/work-queue.ts";
import type { Explain } from "../../../log.ts";
import { digestNameOf } from "../../../signatures/signature-algorithms.ts";
import { type Image, locationAt } from "../../domain/image.ts";
import { imageEvent } from "../../domain/image-events.ts";
import { shownKey } from "../../domain/shown-key.ts";
import { transition } from "../../domain/status.ts";
import { bytesOfTransfer, type Transfer } from "../../domain/transfer.ts";
import { SourceTooSlow } from "../../ports/blob-store.ts";
import type { Change } from "../../ports/change.ts";
import type { Findings } from "../../ports/findings.ts";
import { quarantineImage } from "../integrity/quarantine-image.ts";
import { isRefusal } from "../is-refusal.ts";
import { verifySigned } from "../signatures/verify-signed.ts";
import { updateWithRetry } from "../update-with-retry.ts";
import { examineStored } from "./examine-stored.ts";
import { type ComputedHashes, type FinishPorts, finishTransfer } from "./finish-transfer.ts";
import { releaseTransfer } from "./release-transfer.ts";
import { existingTransfer, type TransferRef } from "./transfer-access.ts";

export type FinalizeResult =
  | "nothing to do"
  | "activated"
  | "verified"
  | "mismatch"
  | "damaged"
  | "refused"
  | "continues"
  | "left to another run";

export interface FinalizePorts extends FinishPorts {
  readonly findings: Findings;
  readonly queue: WorkQueue;
  /** Whether these are the stores of data at other hosts, and no others: each worker hands on what is not its own. */
  readonly readsSources?: true;
  /** Bytes of a read, for tests; as many as suit otherwise. */
  readonly rangeBytes?: number;
}

/**
 * The change that records a verification; a wrong statement takes the image out of use, with the reason. An image whose
 * hashes nobody knows, as data at a registered URL has none, gets them.
 */
function verification(
  ports: FinishPorts,
  image: Image,
  transfer: Transfer,
  computed: ComputedHashes,
): Change {
  const now = ports.clock().toISOString();
  const isRight = image.checksum === computed.checksum && image.os_hash_value === computed.os_hash_value;
  const writes: Change["writes"] = [
    { kind: "transfer", before: transfer, after: { ...transfer, verified: true } },
  ];
  if (image.os_hash_value === null) {
    const { checksum, os_hash_value } = computed;
    const hashes = { checksum, os_hash_algo: "sha512", os_hash_value, integrity: { verified_at: now } };
    const hashed: Image = { ...image, ...hashes, updated_at: now };
    return { image: { before: image, after: hashed }, writes, events: [imageEvent("image.update", hashed)] };
  }
  if (isRight) {
    const integrity = { ...image.integrity, verified_at: now };
    return { image: { before: image, after: { ...image, integrity } }, writes };
  }
  const mismatch =
    `stated md5 ${image.checksum} and sha512 ${image.os_hash_value}, ` +
    `stored md5 ${computed.checksum} and sha512 ${computed.os_hash_value}`;
  const after: Image = {
    ...image,
    status: image.status === "active" ? transition(image.status, "deactivated") : image.status,
    // Restored, it would be in use again.
    ...(image.status === "pending_delete" && { status_before_delete: "deactivated" }),
    integrity: { ...image.integrity, mismatch },
    updated_at: now,
  };
  return {
    image: { before: image, after },
    writes,
    events: [imageEvent("image.update", after)],
  };
}

/** Before the image's change, which is what tells a repetition that there is nothing left to do. */
const recordMismatch = (
  { findings, clock }: FinalizePorts,
  { id, checksum, os_hash_value }: Image,
  { key, registered }: Transfer,
  computed: ComputedHashes,
) =>
  findings.record(
    {
      kind: "hash-mismatch",
      subject: id,
      image_id: id,
      // A URL of another host may hold a secret.
      object_key: registered ? null : key,
      evidence: {
        by: "verification of stated hashes",
        recorded_md5: checksum,
        recorded_sha512: os_hash_value,
        stored_md5: computed.checksum,
        stored_sha512: computed.os_hash_value,
      },
      state: "quarantined",
      acted: true,
    },
    clock(),
  );

/**
 * What comes after a completion: finishes one that broke off, computes hashes that nobody stated, verifies those
 * that somebody did. Reads the object once; when `hasTime` says no it saves its state and queues itself again. Of two
 * at once the one that has come less far ends, with two ranges read in vain at most.
 * Idempotent and safe to run twice at once. Explains each result.
 */
export const finalizeImage =
  (ports: FinalizePorts) =>
  async (ref: TransferRef, hasTime: () => boolean, explain: Explain = () => {}): Promise<FinalizeResult> => {
    try {
      return await finalize(ports, ref, hasTime, explain);
    } catch (error) {
      // Refused data is an outcome: the image is queued again and the transfer says why.
      if (isRefusal(error)) {
        explain({ why: error.message, evidence: { code: error.status } });
        return "refused";
      }
      throw error;
    }
  };

/** Of another host at a time: so many come in time from a slow one, too, and a killed run repeats no more. */
const SOURCE_RANGE_BYTES = 8 * 1024 ** 2;

/**
 * Data at a registered URL that has changed or gone, or does not come, is not ours to judge: an image that waits for it is
 * queued again, and one that is in use stays so without hashes, as in Glance.
 */
async function leaveSource(
  ports: FinalizePorts,
  ref: TransferRef,
  isWaiting: boolean,
  message: string,
): Promise<FinalizeResult> {
  if (!isWaiting) return "nothing to do";
  await releaseTransfer(ports)(ref, { broken: false, failure: { code: 400, message } });
  return "refused";
}

const reasonOf: Partial<Record<FinalizeResult, string>> = {
  verified: "the stored bytes have the stated hashes",
  mismatch: "the stored bytes have other hashes than were stated",
};

async function finalize(
  ports: FinalizePorts,
  ref: TransferRef,
  hasTime: () => boolean,
  explain: Explain,
): Promise<FinalizeResult> {
  const { images, stores, queue } = ports;
  const found = await images.findWithTransfer(ref.imageId, ref.transferId);
  if (!found.image || !found.transfer) {
    explain({ why: "there is no such transfer any more", evidence: {} });
    return "nothing to do";
  }
  if (found.transfer.registered && !ports.readsSources) {
    await queue.readSource(ref, 0);
    explain({ why: "its data is at another host, which another worker reads", evidence: {} });
    return "left to another run";
  }
  // Hashing begins after all else that finishing has to do with these bytes: an earlier run has done that. What is hashed of
  // an upload for a folder lies there, and says nothing of the bytes in the bucket, which may be lost by now.
  const hasBegun = found.transfer.hashing !== undefined && found.transfer.place_in === undefined;
  const wasCompleting = found.transfer.state === "completing" && !hasBegun;
  const attempt = { image: found.image, transfer: found.transfer };
  const { image, transfer } = wasCompleting ? await finishTransfer(ports)(attempt) : attempt;

  const size = transfer.statement?.size ?? image.size ?? 0;
  const because = (why: string, evidence: Readonly<Record<string, unknown>> = {}) =>
    explain({
      why,
      evidence: { transfer_state: transfer.state, image_status: image.status, size, ...evidence },
    });

  const isWaiting = transfer.state === "completing";
  if (isWaiting && transfer.place_in !== undefined) {
    await queue.place(ref, 0);
    because("its store is a folder, which another worker reaches");
    return "left to another run";
  }
  const isUnverified =
    transfer.state === "complete" &&
    transfer.verified !== true &&
    locationAt(image, bytesOfTransfer(transfer)) !== undefined &&
    image.status !== "deleted";
  if (!isWaiting && !isUnverified) {
    because(wasCompleting ? "its completion had broken off" : "its end and its hashes are settled");
    return wasCompleting ? "activated" : "nothing to do";
  }

  const blobs = stores.of(bytesOfTransfer(transfer));
  const { signature } = transfer;
  const examination = await examineStored(blobs, { key: transfer.key, size }, transfer.hashing, {
    ...(isWaiting && signature && { signedDigest: digestNameOf(signature.hash_method) }),
    ...(transfer.registered && { rangeBytes: SOURCE_RANGE_BYTES }),
    ...(ports.rangeBytes !== undefined && { rangeBytes: ports.rangeBytes }),
    mayRead: async () => hasTime(),
    save: (hashing) => images.saveHashing({ ...transfer, hashing }),
  }).catch((error: unknown) => {
    if (error instanceof SourceTooSlow) return { outcome: "too slow", message: error.message } as const;
    throw error;
  });
  if (examination.outcome === "too slow") {
    because(examination.message);
    return leaveSource(ports, ref, isWaiting, examination.message);
  }
  if (examination.outcome === "unfinished") {
    await (transfer.registered ? queue.readSource(ref, 0) : queue.finalize(ref, 0));
    because("there was no time to read all bytes: the next run goes on");
    return "continues";
  }
  if (examination.outcome === "overtaken") {
    because("another run reads the same bytes and is as far already");
    return "left to another run";
  }
  if (examination.outcome === "damaged") {
    because(examination.damage.kind, { ...examination.damage.evidence, key: shownKey(transfer) });
    if (transfer.registered) {
      const message = "The data at the registered URL has changed or gone while it was read.";
      return leaveSource(ports, ref, isWaiting, message);
    }
    if (isWaiting) {
      // It was whole a moment ago, when the transfer was finished: a later run judges that again. One that goes on with
      // the hashing has not finished it by itself; what is lost ends the attempt here, and does not keep it for ever.
      if (transfer.hashing) await finishTransfer(ports)(await existingTransfer(images, ref));
      throw new Error(`the object of a completion is damaged: ${examination.damage.kind}`);
    }
    await quarantineImage(ports)({ imageId: image.id, ...bytesOfTransfer(transfer) }, examination.damage);
    return "damaged";
  }
  const computed = examination.hashes;
  if (isWaiting) {
    const current = await existingTransfer(images, ref);
    const { transfer: ended } = await finishTransfer(ports)(current, {
      computed: { ...computed, verify: verifySigned },
    });
    const isComplete = ended.state === "complete";
    because(isComplete ? "all stored bytes were read and hashed" : "somebody else ended the transfer", {
      ...computed,
      transfer_state: ended.state,
    });
    return isComplete ? "activated" : "nothing to do";
  }

  const isKnown = image.os_hash_value !== null;
  if (isKnown && (image.checksum !== computed.checksum || image.os_hash_value !== computed.os_hash_value))
    await recordMismatch(ports, image, transfer, computed);
  let result: FinalizeResult = "nothing to do";
  await updateWithRetry(
    images,
    () => existingTransfer(images, ref),
    (latest) => {
      const isData =
        locationAt(latest.image, bytesOfTransfer(latest.transfer)) !== undefined &&
        latest.image.status !== "deleted";
      if (!isData || latest.transfer.verified === true) return undefined;
      const change = verification(ports, latest.image, latest.transfer, computed);
      result = change.image.after.integrity.mismatch === undefined ? "verified" : "mismatch";
      return change;
    },
  );
  because(reasonOf[result] ?? "somebody else has verified it, or its data is gone", {
    stated_md5: image.checksum,
    stated_sha512: image.os_hash_value,
    stored_md5: computed.checksum,
    stored_sha512: computed.os_hash_value,
  });
  return result;
}
