import { findingId, type Sighting } from "../../domain/finding.ts";
import { bytesOfTransfer } from "../../domain/transfer.ts";
import type { CopyingPorts, CopyTransfer } from "./copy-ports.ts";

type Ports = Pick<CopyingPorts, "findings" | "clock">;

/** A copy costs a reading of all bytes: a store that spoils them is asked for one a day. */
const REST_MS = 86_400_000;

const named = (imageId: string, store: string) => ({ kind: "copy-unequal", subject: `${store}/${imageId}` });

type Seen = Pick<Sighting, "state" | "acted" | "evidence">;

function sighting(copy: CopyTransfer, { evidence, ...seen }: Seen): Sighting {
  const { store, key } = bytesOfTransfer(copy);
  const { from } = copy.copy;
  return {
    ...named(copy.image_id, store),
    ...{ image_id: copy.image_id, object_key: key, ...seen },
    evidence: { store, key, copied_from: `${from.store}/${from.key}`, ...evidence },
  };
}

/** Records that a store had other bytes than those that were copied there, though the source of the copy is right. */
export async function noteUnequal({ findings, clock }: Ports, copy: CopyTransfer): Promise<void> {
  const why = "the copy had other hashes than the image, and what it was made of was read again and has them";
  await findings.record(sighting(copy, { state: "open", acted: false, evidence: { why } }), clock());
}

/** Whether a store has spoiled a copy of this image within the last day. */
export async function isResting(
  { findings, clock }: Ports,
  imageId: string,
  store: string,
): Promise<boolean> {
  const found = await findings.find(findingId(named(imageId, store)));
  if (found === undefined || found.state === "mended") return false;
  return clock().getTime() - Date.parse(found.last_seen_at) < REST_MS;
}

/** Says in the finding of an earlier copy, if there is one, that this one is right. */
export async function settleUnequal({ findings, clock }: Ports, copy: CopyTransfer): Promise<void> {
  const found = await findings.find(findingId(named(copy.image_id, bytesOfTransfer(copy).store)));
  if (found === undefined || found.state === "mended") return;
  const evidence = { mended_by: "a later copy in the same store was read and has the image's hashes" };
  await findings.record(sighting(copy, { state: "mended", acted: true, evidence }), clock());
}
