import { outcomeOf } from "../clients/person.ts";
import type { Effect } from "../oracle/beliefs.ts";
import {
  type Namespace,
  type NamespaceState,
  namespaceDescribed,
  namespaceMade,
  namespaceRemoved,
  namespaceTagged,
} from "../oracle/namespace.ts";
import type { Random } from "../plan/random.ts";
import type { World } from "../world.ts";

const all = "/v2/metadefs/namespaces";

/** Makes, changes, reads or deletes a namespace. */
export async function metadefs(world: World, random: Random): Promise<void> {
  const namespace = random.pick(world.namespaces);
  await namespace.alone(() => change(world, random, namespace));
}

async function change(world: World, random: Random, namespace: Namespace): Promise<void> {
  const path = `${all}/${namespace.name}`;
  const description = `${random.below(100_000)}`;
  const body = { namespace: namespace.name, description, visibility: "public" };
  const ask = async (effect: Effect<NamespaceState>, method: string, to: string, words?: unknown) => {
    const answer = await world.people.admin.json(method, to, words);
    namespace.settle(
      effect,
      outcomeOf(answer),
      `${answer.status} ${answer.status < 300 ? "" : answer.text.slice(0, 160)}`,
    );
  };
  switch (random.weighed({ make: 4, describe: 3, tag: 3, remove: 1, look: 4 })) {
    case "make":
      return ask(namespaceMade(description), "POST", all, body);
    case "describe":
      return ask(namespaceDescribed(description), "PUT", path, body);
    case "tag": {
      const tags = Array.from({ length: 1 + random.below(60) }, (_, n) => ({ name: `t${n}-${description}` }));
      const text = tags
        .map(({ name }) => name)
        .toSorted()
        .join(",");
      return ask(namespaceTagged(text), "POST", `${path}/tags`, { tags });
    }
    case "remove":
      return ask(namespaceRemoved, "DELETE", path, undefined);
    default:
      return lookAt(world, namespace);
  }
}

/** Compares a namespace with what is believed of it. */
export async function lookAt(world: World, namespace: Namespace): Promise<void> {
  const path = `${all}/${namespace.name}`;
  const shown = await world.people.admin.call("GET", path);
  if (shown.status !== 200 && shown.status !== 404) return;
  const description =
    shown.status === 404 ? null : (JSON.parse(shown.text) as { description: string }).description;
  namespace.tell(`show: ${shown.status} ${description}`);
  if (!namespace.beliefs.observed((state) => state.description === description))
    namespace.fail("wrong-namespace", `its description is ${description}`);
  if (description === null) return;
  const listed = await world.people.admin.call("GET", `${path}/tags?limit=1000`);
  if (listed.status !== 200) return;
  const { tags } = JSON.parse(listed.text) as { tags: { name: string }[] };
  const text = tags
    .map(({ name }) => name)
    .toSorted()
    .join(",");
  namespace.tell(`tags: ${tags.length}`);
  if (!namespace.beliefs.observed((state) => state.tags === text))
    namespace.fail("wrong-tags", `it has ${tags.length}: ${text.slice(0, 100)}`);
}
