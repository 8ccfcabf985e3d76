import { keyOf } from "../clients/content.ts";
import { given } from "../oracle/image-state.ts";
import type { World } from "../world.ts";

/** What is staged waits for its import for ever: somebody asks for it. */
export async function importStaged(world: World): Promise<void> {
  for (const slot of [...world.graves, ...world.slots]) {
    if (slot.staged.length === 0) continue;
    const owner = world.people[slot.owner];
    const { status, text } = await owner.call("GET", `/v2/images/${slot.id}`);
    if (status !== 200 || (JSON.parse(text) as { status: string }).status !== "uploading") continue;
    const begun = await owner.json("POST", `/v2/images/${slot.id}/import`, {
      method: { name: "glance-direct" },
    });
    slot.tell(
      `import of what is staged: ${begun.status} ${begun.status === 202 ? "" : begun.text.slice(0, 160)}`,
    );
    for (const content of slot.staged) slot.beliefs.doubted(given(keyOf(content)), Number.POSITIVE_INFINITY);
  }
}
