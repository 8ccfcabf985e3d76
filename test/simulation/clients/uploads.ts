import { abortTransfer } from "../../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../../shared/images/operations/transfers/complete-transfer.ts";
import { openTransfer } from "../../../shared/images/operations/transfers/open-transfer.ts";
import { showTransfer } from "../../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../../shared/images/operations/transfers/sign-parts.ts";
import { stageImage, uploadImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { demo, hashesOf } from "../../fakes/images/service.ts";
import type { Random } from "../history/random.ts";
import type { Answer, Hands, KnownTransfer } from "./hands.ts";

const PART_BYTES = 5;

const drawBytes = (random: Random): Uint8Array =>
  new Uint8Array(
    Buffer.from(random.of(["abc", "abcdefg", "0123456789ab", ""]) + (random.chance(0.3) ? "x" : "")),
  );

const refOf = ({ imageId, transferId }: KnownTransfer) => ({ imageId, transferId });
const accessOf = ({ token }: KnownTransfer) => ({ caller: undefined, token });

/** What follows from an upload that was told to be whole: this data is the image's. */
function toldWhole(hands: Hands, imageId: string, bytes: Uint8Array, isRight: boolean): void {
  const { os_hash_value } = hashesOf(bytes);
  hands.scene.facts.ofImage(
    imageId,
    hands.asked,
    `has the data that was uploaded (${bytes.length} bytes)`,
    (image) => {
      const isUsable = image.status === "active" || image.status === "deactivated";
      return isUsable && image.size === bytes.length && (!isRight || image.os_hash_value === os_hash_value);
    },
  );
}

/** Until an import takes it, or fails of it. */
const toldStaged = (hands: Hands, imageId: string, bytes: Uint8Array): void => {
  const { tasks } = hands.scene.world.metadata;
  hands.scene.facts.ofImage(imageId, hands.asked, "has the data that was staged", (image) => {
    const isStaged = image.status === "uploading" && image.staged?.size === bytes.length;
    return isStaged || [...tasks.values()].some((task) => task.image_id === imageId);
  });
};

type Statement = "right" | "none" | "wrong";

async function complete(hands: Hands, known: KnownTransfer, said: Statement): Promise<void> {
  const { bytes, imageId, stage } = known;
  const hashes = said === "none" ? {} : hashesOf(said === "wrong" ? Buffer.from("other") : bytes);
  if (said === "wrong") hands.scene.doubtful.add(imageId);
  const answer = await hands.insist("complete", ({ api }) =>
    completeTransfer(api)(accessOf(known), refOf(known), { size: bytes.length, ...hashes }),
  );
  if (answer.told !== "ok" || answer.result.transfer.state !== "complete") return;
  if (stage) toldStaged(hands, imageId, bytes);
  // Another may have stated something else, and been first.
  else toldWhole(hands, imageId, bytes, !hands.scene.doubtful.has(imageId));
}

/** Signs and sends the parts one after another, with the pauses that a network has. */
async function sendParts(hands: Hands, known: KnownTransfer, store: string): Promise<boolean> {
  const { bytes } = known;
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    const wanted = [{ number: at / PART_BYTES + 1, size: part.length }];
    const signed = await hands.insist("sign", ({ api }) =>
      signParts(api)(accessOf(known), refOf(known), wanted),
    );
    if (signed.told !== "ok") return false;
    if (!(await hands.put(store, signed.result.parts[0]?.url ?? "", part))) return false;
  }
  return true;
}

/** An upload in parts. Who opened it and heard nothing cannot go on, and leaves it to its lease. */
export async function uploadsParts(hands: Hands): Promise<void> {
  const { imageId, random, scene } = hands;
  const bytes = drawBytes(random);
  const stage = random.chance(0.15);
  const size = random.chance(0.8) ? bytes.length : null;
  const said = random.of<Statement>(["right", "right", "none", "wrong"]);
  const answer = await hands.ask("open", ({ api }) =>
    openTransfer(api)(demo, imageId, { size, leaseSeconds: 60, stage, multipart: true }),
  );
  if (answer.told !== "ok") return;
  const { transfer, token } = answer.result;
  const known = { imageId, transferId: transfer.id, token, bytes, stage };
  scene.transfers.push(known);
  if (await sendParts(hands, known, transfer.store ?? "s3")) await complete(hands, known, said);
  else if (random.chance(0.5))
    await hands.ask("abort", ({ api }) =>
      abortTransfer(api)(accessOf(known), refOf(known), { broken: true }),
    );
}

/** A small image in one request. */
export async function uploadsWhole(hands: Hands): Promise<void> {
  const { imageId, random } = hands;
  const bytes = drawBytes(random);
  const stage = random.chance(0.2);
  const answer = await hands.ask<unknown>(stage ? "stage" : "upload", ({ data }) =>
    (stage ? stageImage : uploadImage)(data)(demo, imageId, bytes),
  );
  if (answer.told !== "ok") return;
  if (stage) toldStaged(hands, imageId, bytes);
  else toldWhole(hands, imageId, bytes, true);
}

const another = ({ scene, random }: Hands): KnownTransfer | undefined =>
  scene.transfers[random.below(Math.max(1, scene.transfers.length))];

/** Somebody else with the token: looks, completes, or aborts. */
export async function interferes(hands: Hands): Promise<void> {
  for (let times = 0; times < 3; times++) {
    const known = another(hands);
    if (!known) {
      await hands.pause();
      continue;
    }
    const act = hands.random.of(["complete", "abort", "show"]);
    if (act === "complete") return complete(hands, known, hands.random.of<Statement>(["right", "none"]));
    const work = (answer: Promise<Answer<unknown>>) => answer.then(() => undefined);
    if (act === "abort")
      return work(
        hands.ask("abort", ({ api }) => abortTransfer(api)(accessOf(known), refOf(known), { broken: false })),
      );
    await hands.ask("show transfer", ({ api }) =>
      showTransfer(api)(accessOf(known), refOf(known), undefined),
    );
  }
}
