import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { folderService } from "./folder-service.ts";

type Service = ReturnType<typeof folderService>;

export const data = Buffer.from("the data of an image");

/** An upload of which all parts have come and which is completed, waiting for its place. */
export async function completed(service: Service, bytes = data) {
  const { id } = await service.queuedImage();
  const upload = await service.uploaded(id, bytes);
  const ended = await upload.complete();
  expect([ended.transfer.state, ended.image.status]).toEqual(["completing", "saving"]);
  return { id, ...upload };
}

export const fileOf = ({ folder }: Service, id: string) => readFileSync(join(folder, id));

/** Nothing is under way, and every byte is an image's. */
export function expectInOrder(service: Service) {
  const places = [...service.metadata.images.values()].flatMap(({ status, locations }) =>
    status === "deleted" ? [] : locations,
  );
  const keysIn = (store: string) => places.filter((each) => each.store === store).map(({ key }) => key);
  expect(service.filesThere().sort()).toEqual(keysIn("files").sort());
  expect([...service.fast.objects.keys()].sort()).toEqual(keysIn("fast").sort());
  expect([...service.bytes.objects.keys()]).toEqual([]);
  expect([...service.bytes.uploads.keys(), ...service.fast.uploads.keys()]).toEqual([]);
  expect([...service.metadata.deletions.keys()]).toEqual([]);
  const states = [...service.metadata.transfers.values()].map(({ state }) => state);
  expect(states.filter((state) => state === "open" || state === "completing")).toEqual([]);
}
