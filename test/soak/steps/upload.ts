import { type Content, drawContent, keyOf } from "../clients/content.ts";
import { outcomeOf } from "../clients/person.ts";
import { streamPut } from "../clients/stream-put.ts";
import { given } from "../oracle/image-state.ts";
import type { Step, StepContext } from "./step.ts";

const GATEWAY_BYTES = 4_000_000;
export const storeNames = ["fast", "cheap", "files"] as const;

export const drawStore = ({ random }: StepContext): string | undefined =>
  random.pick([undefined, undefined, ...storeNames]);

export function drawBytes({ random, world }: StepContext): Content {
  return drawContent(random, world.mostBytes());
}

/** What is stored later than the answer was due is stored by workers, who may take hours. */
export const EVER = Number.POSITIVE_INFINITY;

/** A PUT as all clients of Glance make it, with its length or in chunks; some are killed in its middle. */
export const put: Step = async (context) => {
  const { slot, owner, random, world, base } = context;
  const content = drawBytes(context);
  const store = drawStore(context);
  const killedAt = random.chance(0.12) ? random.below(content.size + 1) : undefined;
  const chunked = random.chance(0.5);
  const isSmall = content.size <= GATEWAY_BYTES && !chunked;
  const url = `${isSmall ? base : base === world.service.gateway ? world.service.front : base}/v2/images/${slot.id}/file`;
  const answer = await streamPut(url, content, {
    ...{ token: await owner.token(), chunked },
    ...(store !== undefined && { headers: { "X-Image-Meta-Store": store } }),
    ...(killedAt !== undefined && { killedAt }),
  });
  if (answer.status === 401) owner.forget();
  world.bytes += outcomeOf(answer) === "done" ? content.size : 0;
  const how = `${chunked ? "chunked" : "put"} to ${store ?? "default"} at ${url.split("/")[2]}`;
  slot.settle(
    given(keyOf(content)),
    outcomeOf(answer),
    `${how} ${answer.status} ${answer.text.slice(0, 160)}`,
    EVER,
  );
};
