import { addTag } from "../../../shared/images/operations/change-tag.ts";
import { addLocation } from "../../../shared/images/operations/locations/add-location.ts";
import { addMember } from "../../../shared/images/operations/members/add-member.ts";
import { updateMember } from "../../../shared/images/operations/members/update-member.ts";
import { deleteFromStore } from "../../../shared/images/operations/stores/delete-from-store.ts";
import { downloadImage } from "../../../shared/images/operations/transfers/download-image.ts";
import { updateImage } from "../../../shared/images/operations/update-image.ts";
import { admin, demo, hashesOf } from "../../fakes/images/service.ts";
import type { Hands } from "./hands.ts";

/** Each sets a property of its own, which nobody takes away. */
export async function patches(hands: Hands): Promise<void> {
  const { imageId, name, scene } = hands;
  for (const value of ["1", "2"]) {
    const property = `${name}-${value}`;
    const answer = await hands.insist("patch", ({ api }) =>
      updateImage(api)(demo, imageId, [{ op: "add", name: property, value }]),
    );
    if (answer.told === "ok")
      scene.facts.ofRecord(
        imageId,
        `has the property ${property}`,
        (image) => image.properties[property] === value,
      );
  }
}

export async function tags(hands: Hands): Promise<void> {
  const { imageId, name, scene } = hands;
  const answer = await hands.insist("tag", ({ api }) => addTag(api)(demo, imageId, name));
  if (answer.told === "ok")
    scene.facts.ofRecord(imageId, `has the tag ${name}`, (image) => image.tags.includes(name));
}

export async function shares(hands: Hands): Promise<void> {
  const { imageId, name, scene } = hands;
  const memberKey = `${imageId}#${name}`;
  const { members } = scene.world.metadata;
  const told = (text: string, isSo: () => boolean) =>
    scene.facts.ofRecord(imageId, text, (image) => image.status === "deleted" || isSo());
  const added = await hands.ask("share", ({ api }) => addMember(api)(demo, imageId, name));
  if (added.told !== "ok") return;
  told(`is shared with ${name}`, () => members.has(memberKey));
  const answered = await hands.insist("answer share", ({ api }) =>
    updateMember(api)(admin, imageId, name, "accepted"),
  );
  if (answered.told === "ok")
    told(`${name} has accepted`, () => members.get(memberKey)?.status === "accepted");
}

/** Whoever gets a URL reads the bytes that the image's record tells of, as long as nobody deletes it. */
export async function downloads(hands: Hands): Promise<void> {
  const { imageId, scene } = hands;
  const { places, metadata } = scene.world;
  for (let times = 0; times < 2; times++) {
    const answer = await hands.ask("download", ({ api }) => downloadImage(api)(demo, imageId));
    const key = answer.told === "ok" ? answer.result?.replace("memory:", "") : undefined;
    const image = metadata.images.get(imageId);
    const isCopy = key?.startsWith("cache/") && image?.os_hash_value;
    const isSame = isCopy || image?.locations.some((location) => location.key === key);
    const bytes = [...places.values(), scene.world.cache].flatMap(
      ({ objects }) => objects.get(key ?? "") ?? [],
    )[0];
    if (isSame && image?.status === "active" && !scene.doubtful.has(imageId))
      if (!bytes || hashesOf(bytes).os_hash_value !== image.os_hash_value)
        scene.violate(
          "wrong-download",
          `the URL of ${imageId} leads to ${bytes ? "other bytes" : "nothing"}`,
        );
    await hands.pause();
  }
}

export async function takesOut(hands: Hands): Promise<void> {
  const { imageId, random } = hands;
  await hands.ask("delete from store", ({ api }) =>
    deleteFromStore(api)(demo, random.of(["fast", "cheap"]), imageId),
  );
}

/** Data at another host, with its hash or without. */
export async function registers(hands: Hands): Promise<void> {
  const { imageId, random, scene } = hands;
  const bytes = Buffer.from("registered data");
  const url = `https://images.example/${hands.name}.raw`;
  scene.world.web.objects.set(url, bytes);
  const { os_hash_value } = hashesOf(bytes);
  const isSaid = random.chance(0.5);
  const validation = { os_hash_algo: "sha512", os_hash_value } as const;
  const answer = await hands.ask("register", ({ api }) =>
    addLocation(api)(demo, imageId, { url, ...(isSaid && { validation }) }),
  );
  if (answer.told === "ok" && !isSaid)
    scene.facts.ofImage(
      imageId,
      hands.asked,
      "has the data that was registered",
      ({ status, size }) => (status === "active" || status === "deactivated") && size === bytes.length,
    );
}
