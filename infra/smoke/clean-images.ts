import { jsonOf, SMOKE_TAG, told, type World } from "./world.ts";

/** Deletes one image, and the transfer that holds it; an image that is gone is deleted. */
async function remove({ call }: World, id: string): Promise<string | undefined> {
  const answer = await call("DELETE", `/v2/images/${id}`);
  return [204, 404].includes(answer.status) ? undefined : `${id}: ${told(answer)}`;
}

/** Deletes these images; answers what could not be deleted, and why. */
export async function removeImages(world: World, ids: Iterable<string>): Promise<string[]> {
  const left: string[] = [];
  for (const id of ids) {
    const fault = await remove(world, id).catch((error: Error) => `${id}: ${error.message}`);
    if (fault !== undefined) left.push(fault);
  }
  return left;
}

/** Deletes the images that runs have left which were killed; answers how many there were. Throws for what stays. */
export async function cleanImages(world: World): Promise<number> {
  const list = `/v2/images?tag=${SMOKE_TAG}&visibility=private&limit=100`;
  for (let cleaned = 0; ; ) {
    const answer = await world.call("GET", list);
    const { images } = jsonOf(answer) as { images?: { id: string }[] };
    if (images === undefined) throw new Error(told(answer));
    if (images.length === 0) return cleaned;
    const left = await removeImages(
      world,
      images.map(({ id }) => id),
    );
    if (left.length > 0) throw new Error(`not deleted: ${left.join("; ")}`);
    cleaned += images.length;
  }
}
