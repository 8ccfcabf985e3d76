import { outcomeOf, type Person } from "../clients/person.ts";
import type { Effect } from "../oracle/beliefs.ts";
import {
  broughtBack,
  deactivated,
  type ImageState,
  memberIs,
  patched,
  removed,
} from "../oracle/image-state.ts";
import type { Random } from "../plan/random.ts";
import type { Step, StepContext } from "./step.ts";

const v21 = { "Content-Type": "application/openstack-images-v2.1-json-patch" };

interface Change {
  readonly effect: Effect<ImageState>;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly by: Person;
}

function drawPatch(random: Random): Record<string, string> {
  const value = `${random.below(100_000)}`;
  switch (random.weighed({ note: 6, name: 2, visibility: 2, protect: 1, tags: 2 })) {
    case "name":
      return { name: `soak-${value}` };
    case "visibility":
      return { visibility: random.pick(["private", "shared", "community"]) };
    case "protect":
      return { protected: random.pick(["true", "false", "false"]) };
    case "tags":
      return { tags: `tag-${value}` };
    default:
      return { soak_note: value };
  }
}

function patchOf({ slot, owner, random }: StepContext): Change {
  const changes = drawPatch(random);
  const wireValue = (name: string, text: string) =>
    name === "protected" ? text === "true" : name === "tags" ? [text] : text;
  const body = Object.entries(changes).map(([name, text]) => ({
    ...{ op: "replace", path: `/${name}`, value: wireValue(name, text) },
  }));
  return {
    effect: patched(changes),
    method: "PATCH",
    path: `/v2/images/${slot.id}`,
    body,
    headers: v21,
    by: owner,
  };
}

const removal = ({ slot, owner }: StepContext): Change => ({
  ...{ effect: removed, method: "DELETE", path: `/v2/images/${slot.id}`, by: owner },
});

async function made({ base, random }: StepContext, change: Change) {
  const { method, path, by, body, headers } = change;
  const killedAfterMs = random.chance(0.05) ? 1 + random.below(200) : undefined;
  const answer = await by.call(method, path, {
    ...{ base, headers: headers ?? { "Content-Type": "application/json" } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(killedAfterMs !== undefined && { killedAfterMs }),
  });
  const said = `${answer.status} ${outcomeOf(answer) === "done" ? "" : answer.text.slice(0, 160)}`;
  return { effect: change.effect, outcome: outcomeOf(answer), said };
}

async function make(context: StepContext, change: Change): Promise<void> {
  context.slot.settleAll([await made(context, change)]);
}

export const patch: Step = (context) => make(context, patchOf(context));
export const remove: Step = (context) => make(context, removal(context));

/** Two or three at once. */
export const race: Step = async (context) => {
  const changes = Array.from({ length: 2 + context.random.below(2) }, () =>
    context.random.chance(0.2) ? removal(context) : patchOf(context),
  );
  context.slot.settleAll(await Promise.all(changes.map((change) => made(context, change))));
};

const action = (context: StepContext, name: string, effect: Effect<ImageState>) =>
  make(context, {
    ...{ effect, method: "POST", path: `/v2/images/${context.slot.id}/actions/${name}` },
    by: context.world.people.admin,
  });

/** Of what is deleted, in `pending_delete` or for good. */
export const bringBack: Step = (context) =>
  action(context, context.random.pick(["restore", "recover"]), broughtBack);

export const deactivation: Step = (context) => {
  const off = context.random.chance(0.4);
  return action(context, off ? "deactivate" : "reactivate", deactivated(off));
};

/** Shares the image with the other project, which accepts or rejects it, or takes it back. */
export const member: Step = async (context) => {
  const { slot, owner, random, world } = context;
  const other = world.people[slot.owner === "demo" ? "alt" : "demo"];
  await other.token();
  const members = `/v2/images/${slot.id}/members`;
  const path = `${members}/${other.project}`;
  const kind = random.weighed({ add: 4, answer: 4, take: 2 });
  if (kind === "add") {
    const body = { member: other.project };
    await make(context, {
      effect: memberIs(other.project, "pending"),
      method: "POST",
      path: members,
      body,
      by: owner,
    });
  } else if (kind === "answer") {
    const status = random.pick(["accepted", "rejected"]);
    await make(context, {
      effect: memberIs(other.project, status),
      method: "PUT",
      path,
      body: { status },
      by: other,
    });
  } else
    await make(context, { effect: memberIs(other.project, undefined), method: "DELETE", path, by: owner });
};
