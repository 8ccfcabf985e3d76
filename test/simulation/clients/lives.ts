import { createImage } from "../../../shared/images/operations/create-image.ts";
import { deactivateImage, reactivateImage } from "../../../shared/images/operations/deactivate-image.ts";
import { deleteImage } from "../../../shared/images/operations/delete-image.ts";
import { recoverImage } from "../../../shared/images/operations/recover-image.ts";
import { restoreImage } from "../../../shared/images/operations/restore-image.ts";
import { admin, demo } from "../../fakes/images/service.ts";
import type { Hands } from "./hands.ts";

const isThere = ({ status }: { readonly status: string }): boolean =>
  status !== "deleted" && status !== "pending_delete";

export async function creates(hands: Hands): Promise<void> {
  const { imageId, scene } = hands;
  const attributes = { id: imageId, disk_format: "raw", container_format: "bare", properties: {} };
  const answer = await hands.insist("create", ({ api }) => createImage(api)(demo, attributes));
  if (answer.told === "ok") scene.facts.ofImage(imageId, hands.asked, "was created", isThere);
}

export async function deletes(hands: Hands): Promise<void> {
  const { imageId, scene } = hands;
  const answered = scene.facts.asks(imageId, "goes");
  const answer = await hands.insist("delete", ({ api }) => deleteImage(api)(demo, imageId));
  if (answer.told === "nothing") return;
  answered();
  if (answer.told === "ok") scene.facts.ofDeletion(imageId, hands.asked);
}

async function bringsBack(
  hands: Hands,
  operation: "restore" | "recover",
  act: typeof restoreImage | typeof recoverImage,
): Promise<void> {
  const { imageId, scene } = hands;
  const answered = scene.facts.asks(imageId, "comes back");
  // One that fails gives the image up again, which is a deletion for whoever has seen it.
  const answer = await hands.ask<void>(operation, ({ api }) =>
    (act as typeof recoverImage)(api)(admin, imageId),
  );
  if (answer.told === "nothing") return;
  answered();
  if (answer.told === "ok")
    scene.facts.ofImage(imageId, hands.asked, `was brought back (${operation})`, isThere);
}

export const restores = (hands: Hands): Promise<void> => bringsBack(hands, "restore", restoreImage);
export const recovers = (hands: Hands): Promise<void> => bringsBack(hands, "recover", recoverImage);

export async function switches(hands: Hands): Promise<void> {
  const { imageId, random } = hands;
  for (let times = 0; times < 2; times++) {
    const isOff = random.chance(0.5);
    const act = isOff ? deactivateImage : reactivateImage;
    await hands.ask(isOff ? "deactivate" : "reactivate", ({ api }) => act(api)(demo, imageId));
  }
}
