import type { Image } from "../../../shared/images/domain/image.ts";
import type { Scene } from "../clients/hands.ts";
import { activeWithBytes, NothingLost, nothingInUseDeleted, oneOwner } from "./bytes.ts";
import { describesItself, transfersInOrder, usageCounted } from "./records.ts";
import { illegalChange } from "./status-changes.ts";

const always = {
  "active-without-bytes": activeWithBytes,
  "object-of-two": oneOwner,
  "deletion-of-bytes-in-use": nothingInUseDeleted,
  "transfers-out-of-order": transfersInOrder,
  "usage-differs": usageCounted,
  "image-contradicts-itself": describesItself,
} as const;

/** What must be so after each step. A new rule is a line in `always`, or an object that remembers the step before. */
export function judgesOf({ world, facts, violate }: Scene): () => void {
  const nothingLost = new NothingLost();
  const judge = (rule: string, wrong: string | undefined) => {
    if (wrong !== undefined) violate(rule, wrong);
  };
  const { images } = world.metadata;
  world.hearChanges((before, after) => judge("illegal-status-change", illegalChange(before, after)));
  const were = new Map<string, Image>();
  return () => {
    const all = [...images.values()];
    for (const [id, { status }] of were)
      if (!images.has(id) && status !== "deleted")
        judge("record-vanished", `${id} was ${status}, and has no record`);
    were.clear();
    for (const image of all) were.set(image.id, image);
    judge("refers-to-nothing", nothingLost.lost(world, all));
    for (const [rule, wrong] of Object.entries(always)) judge(rule, wrong(world, all));
    judge("lost-acknowledged-write", facts.broken());
  };
}
