import { setTimeout as sleep } from "node:timers/promises";
import { type Content, keyOf } from "../clients/content.ts";
import { type Answer, outcomeOf } from "../clients/person.ts";
import { streamPut } from "../clients/stream-put.ts";
import { given, registered } from "../oracle/image-state.ts";
import { judgeShown } from "./look.ts";
import type { Step, StepContext } from "./step.ts";
import { drawBytes, drawStore, EVER, storeNames } from "./upload.ts";

async function begin(context: StepContext, body: object, contents: readonly Content[]): Promise<Answer> {
  const { slot, owner, base } = context;
  const answer = await owner.json("POST", `/v2/images/${slot.id}/import`, body, { base });
  slot.tell(`import ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 160)}`);
  // A 202 promises nothing: the source may fail.
  if (outcomeOf(answer) !== "refused")
    for (const content of contents) slot.beliefs.doubted(given(keyOf(content)), EVER);
  return answer;
}

/** Most imports are over soon; the others are looked at again by later steps. */
async function await_({ slot, owner, base, world }: StepContext): Promise<void> {
  for (let tries = 0; tries < 12; tries++) {
    await sleep(250);
    const answer = await owner.call("GET", `/v2/images/${slot.id}`, { base });
    judgeShown(slot, answer);
    if (/"status": ?"active"/.test(answer.text)) return world.count("imports that ended active");
    if (/"status": ?"queued"/.test(answer.text)) return;
  }
}

const into = (context: StepContext) => {
  const store = drawStore(context);
  return store === undefined ? {} : { stores: [store] };
};

export const webDownload: Step = async (context) => {
  const content = drawBytes(context);
  const method = { name: "web-download", uri: context.world.source.urlOf(content) };
  const answer = await begin(context, { method, ...into(context) }, [content]);
  if (answer.status === 202) await await_(context);
};

export const glanceDirect: Step = async (context) => {
  const { slot, owner, random, world } = context;
  const content = drawBytes(context);
  const killedAt = random.chance(0.1) ? random.below(content.size + 1) : undefined;
  const staged = await streamPut(`${world.service.front}/v2/images/${slot.id}/stage`, content, {
    ...{ token: await owner.token(), chunked: random.chance(0.5) },
    ...(killedAt !== undefined && { killedAt }),
  });
  slot.tell(`stage ${keyOf(content)}: ${staged.status} ${staged.text.slice(0, 160)}`);
  if (outcomeOf(staged) !== "refused") slot.staged.push(content);
  const answer = await begin(context, { method: { name: "glance-direct" }, ...into(context) }, slot.staged);
  if (answer.status === 202) await await_(context);
};

export const copyImage: Step = async (context) => {
  const stores = context.random.chance(0.5)
    ? { all_stores: true, all_stores_must_succeed: false }
    : { stores: [context.random.pick(storeNames)] };
  await begin(
    { ...context, owner: context.world.people.admin },
    { method: { name: "copy-image" }, ...stores },
    [],
  );
};

/** Registers data that stays at another host. */
export const location: Step = async (context) => {
  const { slot, owner, base, world } = context;
  const content = drawBytes(context);
  const body = { url: world.source.urlOf(content) };
  const answer = await owner.json("POST", `/v2/images/${slot.id}/locations`, body, { base });
  slot.tell(`location ${keyOf(content)}: ${answer.status} ${answer.text.slice(0, 160)}`);
  if (outcomeOf(answer) !== "refused") slot.beliefs.doubted(registered(keyOf(content)), EVER);
};

export const storeDelete: Step = async ({ slot, random, world, base }) => {
  const store = random.pick([...storeNames, "web"]);
  const answer = await world.people.admin.call("DELETE", `/v2/stores/${store}/${slot.id}`, { base });
  slot.tell(`taken out of ${store}: ${answer.status}`);
};

export const cache: Step = async ({ slot, random, world, base }) => {
  const [method, path] = random.pick([
    ["PUT", `/v2/cache/${slot.id}`],
    ["PUT", `/v2/cache/${slot.id}`],
    ["DELETE", `/v2/cache/${slot.id}`],
    ["GET", "/v2/cache"],
    ["DELETE", "/v2/cache"],
  ] as const);
  const answer = await world.people.admin.call(method, path, { base });
  slot.tell(`${method} ${path}: ${answer.status}`);
};
