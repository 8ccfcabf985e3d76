import { hashesOf } from "../clients/content.ts";
import { download } from "../clients/download.ts";
import type { Slot } from "../oracle/slot.ts";
import { judgeShown } from "../steps/look.ts";
import type { World } from "../world.ts";

/** What is there at the end, by the answers of the service. */
export interface Kept {
  readonly id: string;
  readonly owner: "demo" | "alt";
  readonly size: number;
  readonly status: string;
  readonly stores: readonly string[];
}

const TRIES = 60;

async function judgeBytes(world: World, slot: Slot, store: string): Promise<void> {
  const [state] = slot.beliefs.possible();
  const sha512 = hashesOf(state?.content ?? "0:0").sha512;
  const reader = state?.isDeactivated ? world.people.admin : world.people[slot.owner];
  for (let tries = 0; ; tries++) {
    const seen = await download(reader, world.service.front, slot.id, `?prefer=${store}`);
    if (seen?.status === 200 && seen.sha512 === sha512) {
      world.bytes += seen.size;
      return;
    }
    if (seen?.status === 200) slot.fail("wrong-bytes", `${store} gives ${seen.size} other bytes`);
    // Of an image of no bytes.
    if (seen?.status === 204 && sha512 === hashesOf("0:0").sha512) return;
    if (tries >= TRIES) slot.fail("lost-bytes", `${store} answers ${seen?.status ?? "nothing"}`);
    await new Promise((wake) => setTimeout(wake, 500));
  }
}

/** Every acknowledged write is there, nothing is half there, and each store has the bytes that were sent. */
export async function checkImages(world: World): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const slot of [...world.graves, ...world.slots]) {
    if (slot.id === "") continue;
    const answer = await world.people[slot.owner].call("GET", `/v2/images/${slot.id}`);
    if (answer.status !== 200 && answer.status !== 404)
      slot.fail("no-answer", `show: ${answer.status} ${answer.text}`);
    judgeShown(slot, answer);
    if (answer.status === 404) continue;
    const shown = JSON.parse(answer.text) as { status: string; size: number | null; stores?: string };
    if (!["queued", "active", "deactivated"].includes(shown.status))
      slot.fail("half-there", `it is ${shown.status} when all is over`);
    const stores = (shown.stores ?? "").split(",").filter(Boolean);
    const { owner, id } = slot;
    kept.push({ id, owner, size: shown.size ?? 0, status: shown.status, stores });
    if (shown.status === "queued") continue;
    for (const store of stores) await judgeBytes(world, slot, store);
  }
  return kept;
}
