import { hashesOf } from "../clients/content.ts";
import { download } from "../clients/download.ts";
import type { Answer } from "../clients/person.ts";
import { contradiction } from "../oracle/judge-show.ts";
import type { Slot } from "../oracle/slot.ts";
import type { Step } from "./step.ts";

const parsed = ({ text }: Answer): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** Compares what the owner sees with what is believed. */
export function judgeShown(slot: Slot, answer: Answer): void {
  if (answer.status !== 200 && answer.status !== 404) {
    slot.tell(`show: ${answer.status}`);
    return;
  }
  const shown = { status: answer.status, body: parsed(answer) };
  slot.tell(`show: ${answer.status} ${shown.body.status ?? ""}`);
  const before = slot.beliefs.possible();
  if (slot.beliefs.observed((state) => contradiction(state, shown, hashesOf) === undefined)) return;
  const reasons = before.map((state) => contradiction(state, shown, hashesOf));
  slot.fail(answer.status === 404 ? "lost-image" : "wrong-image", [...new Set(reasons)].join("; "));
}

export const show: Step = async ({ slot, owner, base }) => {
  judgeShown(slot, await owner.call("GET", `/v2/images/${slot.id}`, { base }));
};

/** Its members, as far as it is shared. */
export const showMembers: Step = async ({ slot, owner, base }) => {
  const answer = await owner.call("GET", `/v2/images/${slot.id}/members`, { base });
  if (answer.status !== 200) return;
  const { members } = parsed(answer) as { members: { member_id: string; status: string }[] };
  const seen = JSON.stringify(members.map(({ member_id, status }) => [member_id, status]).toSorted());
  slot.tell(`members: ${seen}`);
  const agrees = (state: { members: Record<string, string> }) =>
    JSON.stringify(Object.entries(state.members).toSorted()) === seen;
  if (!slot.beliefs.observed(agrees)) slot.fail("wrong-members", seen);
};

/** All bytes, from wherever they are served. */
export const read: Step = async ({ slot, owner, base, random, world }) => {
  const query = random.pick(["", "", "?prefer=cheap", "?prefer=files", "?prefer=fast"]);
  const seen = await download(owner, base, slot.id, query);
  if (seen === undefined || seen.status !== 200) return slot.tell(`download: ${seen?.status ?? "broke off"}`);
  world.bytes += seen.size;
  slot.tell(`download: ${seen.size} bytes`);
  const agrees = (content: string | null) => content !== null && hashesOf(content).sha512 === seen.sha512;
  if (!slot.beliefs.possible().some(({ content }) => agrees(content)))
    slot.fail("wrong-bytes", `${seen.size} bytes that nobody has sent`);
};

/** A whole list of an owner's images, in pages: it has what is there for certain, and nothing that is not. */
export const list: Step = async ({ owner, slot, random, base, world }) => {
  const certain = () =>
    world.slots
      .filter((other) => other.owner === slot.owner && other !== slot && !other.isBusy && other.id !== "")
      .map((other) => ({ slot: other, version: other.version, state: other.beliefs.certain() }));
  const before = certain();
  const seen = new Set<string>();
  const limit = random.pick([2, 5, 100]);
  for (
    let path: string | undefined = `/v2/images?limit=${limit}&owner=${owner.project}`;
    path !== undefined;
  ) {
    const answer = await owner.call("GET", path, { base });
    if (answer.status !== 200) return;
    const { images, next } = parsed(answer) as { images: { id: string }[]; next?: string };
    for (const { id } of images) seen.add(id);
    path = next;
  }
  for (const { slot: other, version, state } of before) {
    if (state === undefined || other.isBusy || other.version !== version) continue;
    if (seen.has(other.id) !== (state.life === "live"))
      other.fail("wrong-list", `a list ${seen.has(other.id) ? "has" : "lacks"} it`);
  }
};
