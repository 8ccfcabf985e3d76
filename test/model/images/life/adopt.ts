import { matches, nameAttempts, seen } from "./judge.ts";
import type { Life } from "./model.ts";
import type { World } from "./world.ts";

/**
 * The life that the world shows, where it is not known how far a move has come: each image must be as one of these
 * lives says, the first that fits. What lies in the store is taken from there.
 */
export async function adopt(world: World, lives: readonly Life[], where: string): Promise<Life> {
  const last = lives.at(-1);
  if (!last) throw new Error("no life");
  // From now on there may be multipart uploads that nobody knows of.
  const adopted: Life = { ...structuredClone(last), images: new Map(), wasCut: true };
  for (const id of new Set(lives.flatMap(({ images }) => [...images.keys()]))) {
    let life: Life | undefined;
    for (const each of lives) if (!life && (await matches(each.images.get(id), world, id))) life = each;
    if (!life)
      throw new Error(`${where}: image ${id} is half changed: ${JSON.stringify(await seen(world, id))}`);
    const image = structuredClone(life.images.get(id));
    if (!image) continue;
    adopted.images.set(id, image);
    nameAttempts(image, world);
    for (const attempt of image.attempts) {
      const key = `${id}/${attempt.id}`;
      attempt.object = world.bytes.objects.has(key);
      const upload = [...world.bytes.uploads.values()].find((each) => each.key === key);
      attempt.forgotten = !world.metadata.transfers.has(attempt.id ?? "");
      attempt.upload = upload !== undefined;
      attempt.parts = upload?.parts.size ?? attempt.parts;
      attempt.kept = world.bytes.kept.has(key);
      attempt.loose = [...world.metadata.deletions.values()].some((deletion) => deletion.key === key);
    }
  }
  return adopted;
}
