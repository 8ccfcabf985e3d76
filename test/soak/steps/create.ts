import { createHash } from "node:crypto";
import { outcomeOf } from "../clients/person.ts";
import { created } from "../oracle/image-state.ts";
import type { Step } from "./step.ts";

/** Makes an image whose id its client has chosen: nobody has to look for it when the answer is lost. */
export const create: Step = async ({ slot, owner, random, base }) => {
  const hex = createHash("md5").update(`${random.next()} ${Date.now()} ${slot.n}`).digest("hex");
  slot.id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  const meta = {
    name: `soak-${random.below(1000)}`,
    visibility: random.pick(["private", "shared", "community"]),
    protected: "false",
    soak_note: `${random.below(1000)}`,
  };
  const body = { ...meta, id: slot.id, protected: false, disk_format: "raw", container_format: "bare" };
  const answer = await owner.json("POST", "/v2/images", body, { base });
  slot.settle(created(meta), outcomeOf(answer), `${slot.id} ${answer.status}`);
};
