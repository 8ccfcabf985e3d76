import { createHash } from "node:crypto";
import { type Content, hashesOf, keyOf, wholeOf } from "../clients/content.ts";
import { type Answer, outcomeOf } from "../clients/person.ts";
import { given } from "../oracle/image-state.ts";
import type { LeftTransfer } from "../oracle/slot.ts";
import type { Step, StepContext } from "./step.ts";
import { drawBytes, drawStore, EVER } from "./upload.ts";

const PART = 8 * 1024 ** 2;

/** Speaks for a transfer by its own secret. */
async function ask(context: StepContext, left: LeftTransfer, path: string, body: unknown): Promise<Answer> {
  const { slot, base, world } = context;
  await world.service.untilUp();
  try {
    const response = await fetch(`${base}/v2/images/${slot.id}/transfers/${left.id}${path}`, {
      method: "POST",
      headers: { "X-Image-Transfer-Token": left.token, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(90_000),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  } catch (error) {
    return { status: 0, text: String(error), headers: new Headers() };
  }
}

async function putPart(url: string, bytes: Buffer): Promise<boolean> {
  try {
    const md5 = createHash("md5").update(bytes).digest("base64");
    const answer = await fetch(url, {
      method: "PUT",
      body: bytes as Buffer<ArrayBuffer>,
      headers: { "Content-MD5": md5 },
      signal: AbortSignal.timeout(60_000),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

const partsOf = ({ size }: Content) =>
  Array.from({ length: Math.ceil(size / PART) }, (_, n) => ({
    number: n + 1,
    size: Math.min(PART, size - n * PART),
  }));

/** Stores these parts, each tried a few times. */
async function storeParts(context: StepContext, left: LeftTransfer, parts: ReturnType<typeof partsOf>) {
  for (const part of parts) {
    const bytes = wholeOf(left.content, (part.number - 1) * PART, (part.number - 1) * PART + part.size);
    let isStored = false;
    for (let tries = 0; !isStored && tries < 4; tries++) {
      const signed = await ask(context, left, "/parts", { parts: [part] });
      if (signed.status !== 200) continue;
      const [{ url = "" } = {}] = (JSON.parse(signed.text) as { parts: { url: string }[] }).parts;
      isStored = await putPart(url, bytes);
    }
    if (!isStored) return false;
    context.world.bytes += part.size;
  }
  return true;
}

async function complete(context: StepContext, left: LeftTransfer): Promise<void> {
  const { slot, random } = context;
  const { size, md5, sha512 } = hashesOf(keyOf(left.content));
  const hashes = random.chance(0.5) ? { checksum: md5, os_hash_algo: "sha512", os_hash_value: sha512 } : {};
  const answer = await ask(context, left, "/complete", { size, ...hashes });
  const outcome = answer.status === 202 ? "doubt" : outcomeOf(answer);
  slot.settle(
    given(keyOf(left.content)),
    outcome,
    `complete ${answer.status} ${answer.text.slice(0, 160)}`,
    EVER,
  );
  if (answer.status !== 0 && answer.status < 500) slot.left = undefined;
}

/** Parts by presigned URLs; some leave it open, for somebody to go on with. */
export const transfer: Step = async (context) => {
  const { slot, owner, random, base } = context;
  let left = slot.left;
  if (!left) {
    const content = drawBytes(context);
    const store = drawStore(context);
    const store_ = store === "files" || store === undefined ? {} : { store };
    const opened = await owner.json(
      "POST",
      `/v2/images/${slot.id}/transfers`,
      { size: content.size, ...store_ },
      { base },
    );
    slot.tell(
      `transfer of ${keyOf(content)}: ${opened.status} ${opened.status === 201 ? "" : opened.text.slice(0, 160)}`,
    );
    if (opened.status !== 201) return;
    left = { ...(JSON.parse(opened.text) as { id: string; token: string }), content };
    slot.left = left;
  } else slot.tell(`goes on with the transfer ${left.id}`);
  const parts = partsOf(left.content);
  const isLeft = random.chance(0.25);
  const wanted = isLeft ? parts.slice(0, random.below(parts.length + 1)) : parts;
  if (!(await storeParts(context, left, wanted)) || isLeft)
    return slot.tell(`transfer ${left.id} is left open`);
  await complete(context, left);
};
