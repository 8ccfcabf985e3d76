import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { dynamodbNamespaceStore } from "../../../shared/metadefs/adapters/dynamodb/namespace-store.ts";
import { dynamodbUnfinishedChanges } from "../../../shared/metadefs/adapters/dynamodb/unfinished-changes.ts";
import type { Namespace } from "../../../shared/metadefs/domain/namespace.ts";
import {
  DefinitionTaken,
  type NamespaceChange,
  NamespaceChanged,
  NamespaceTaken,
  type WholeNamespace,
} from "../../../shared/metadefs/ports/namespace-store.ts";
import { catalogueOnDynamodb } from "./catalogue-on-dynamodb.ts";
import { added, association, type Catalogue, created, listed, tag } from "./some-namespaces.ts";
import { wrongItems } from "./table-state.ts";

/** Mulberry32: small, and the same for a seed everywhere. */
function draws(seed: number) {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (n: number) => Math.floor(random() * n) };
}
type Draws = ReturnType<typeof draws>;

/** A client whose calls wait a drawn while before they leave and before they are answered. */
const slowed = (documents: DynamoDBDocumentClient, { below }: Draws): DynamoDBDocumentClient =>
  new Proxy(documents, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (command: Parameters<DynamoDBDocumentClient["send"]>[0]) => {
        await sleep(below(8));
        const answer = await target.send(command);
        await sleep(below(8));
        return answer;
      };
    },
  });

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const namesOf = ({ content }: WholeNamespace): string[] => content.tags.map(({ name }) => name);

/** A drawn change of what was read, and the tags that there are after it. */
function drawChange({ below }: Draws, whole: WholeNamespace, mark: string): [NamespaceChange, string[]] {
  const { namespace: before, content } = whole;
  const of = (attributes: Partial<Namespace>): NamespaceChange => ({
    before,
    after: { ...before, ...attributes },
  });
  const comes = numbers(below(3) === 0 ? 120 : 1 + below(30)).map((n) => tag(`${mark}-${n}`));
  const came = comes.map(({ name }) => name);
  switch (below(6)) {
    case 0:
      return [of({ namespace: `name-${below(5)}` }), namesOf(whole)];
    case 1:
      return [of({ visibility: before.visibility === "public" ? "private" : "public" }), namesOf(whole)];
    case 2: {
      const types = numbers(below(25)).map((n) => association(`T${n}`));
      return [of({ resource_types: types }), namesOf(whole)];
    }
    case 3:
      return [{ ...of({}), emptied: ["tags"], writes: added("tags", comes) }, came];
    case 4: {
      const goes = content.tags.slice(0, below(content.tags.length + 1));
      const writes = goes.map((one) => ({ collection: "tags", before: one, after: undefined }) as const);
      return [{ ...of({}), writes }, namesOf(whole).slice(goes.length)];
    }
    default:
      return [{ ...of({}), writes: added("tags", comes) }, [...namesOf(whole), ...came]];
  }
}

const refusals = [NamespaceChanged, NamespaceTaken, DefinitionTaken];

/** Changes what is there, again and again; each state that it leaves goes into `states`, by namespace and revision. */
async function write(
  store: Catalogue["store"],
  states: Map<string, string[]>,
  seed: number,
): Promise<number> {
  const drawn = draws(seed);
  let written = 0;
  for (const round of numbers(30)) {
    const all = await listed({ store });
    const whole = await store.read(all[drawn.below(all.length)] ?? "");
    if (!whole) continue;
    const { id, revision } = whole.namespace;
    const known = states.get(`${id} ${revision}`);
    if (known) expect(namesOf(whole)).toEqual(known);
    const [change, tags] = drawChange(drawn, whole, `${seed}.${round}`);
    try {
      const after = await store.commit(change);
      expect(after.revision).toBe(revision + 1);
      states.set(`${id} ${after.revision}`, tags);
      written++;
    } catch (error) {
      if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    }
  }
  return written;
}

it.each([1, 2])("writers at once lose no entry and no definition (seed %i)", async (seed) => {
  const { documents } = await catalogueOnDynamodb(0);
  const store = dynamodbNamespaceStore(documents, "images");
  const namespaces = await Promise.all(numbers(2).map((n) => created({ store }, { namespace: `name-${n}` })));
  const states = new Map<string, string[]>(namespaces.map(({ id }) => [`${id} 1`, []]));

  const writers = numbers(3).map((n) => {
    const drawn = draws(seed * 100 + n);
    return write(dynamodbNamespaceStore(slowed(documents, drawn), "images"), states, seed * 10 + n);
  });
  const written = await Promise.all(writers);
  expect(written.reduce((sum, of) => sum + of, 0)).toBeGreaterThan(30);

  expect(await dynamodbUnfinishedChanges(documents, "images").waiting(10)).toEqual([]);
  expect(await wrongItems(documents, "images")).toEqual([]);
  const names = await listed({ store });
  expect(names).toHaveLength(namespaces.length);
  for (const name of names) {
    const whole = await store.read(name);
    const { id, revision } = whole?.namespace ?? {};
    expect(whole && namesOf(whole)).toEqual(states.get(`${id} ${revision}`));
  }
});
