import { afterEach, describe, expect, it } from "vitest";
import type { History } from "../model/images/catalogue/history.ts";
import { judgeList, type ReadList } from "../model/images/catalogue/judge-list.ts";
import { type Random, randomFrom } from "../model/images/catalogue/random.ts";
import type { ListQuery } from "../model/images/catalogue/seen-by.ts";
import { type Person, WritingClient } from "../model/images/catalogue/writing-client.ts";
import { logIn, type UserName } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";

const SECONDS = Number(process.env.CLIENTS_AT_ONCE_SECONDS ?? 120);
const SEED = Number(process.env.CLIENTS_AT_ONCE_SEED ?? 20261121);

let runtime: LocalRuntime;
afterEach(async () => {
  await runtime?.stop();
  runtime?.remove();
});

async function person(user: UserName): Promise<Person> {
  const again = () => logIn(runtime.url, user);
  // On a bad day a login may fail as well.
  const client = await again().catch(again).catch(again);
  const answer = await client.fetch("/v3/auth/projects");
  const { projects } = (await answer.json()) as { projects: { id: string }[] };
  return { client, project: projects[0]?.id ?? "", isAdmin: user === "admin" };
}

const queries: readonly ListQuery[] = [
  {},
  {},
  { visibility: "all" },
  { visibility: "community" },
  { visibility: "shared" },
  { visibility: "shared", member_status: "all" },
  { visibility: "private" },
  { member_status: "pending" },
  { name: "linux" },
  { name: "änd", visibility: "all" },
];

/** Reads a whole list, in pages of a random size and in a random order; undefined when a page is refused. */
async function readList(viewer: Person, random: Random): Promise<ReadList | undefined> {
  const query = random.pick(queries);
  const byName = random.below(2) === 0;
  const limit = random.pick([3, 25, 1000]);
  const parameters = new URLSearchParams({ ...query, limit: `${limit}` });
  parameters.set("sort", byName ? "name:asc" : "created_at:desc");
  const images: ReadList["images"][number][] = [];
  const began = performance.now();
  const markers: string[] = [];
  for (let path: string | undefined = `/v2/images?${parameters}`; path !== undefined; ) {
    const response = await viewer.client.fetch(path);
    // A marker that somebody deletes or hides between two pages is refused, as in Glance: the reader begins anew.
    const isMarkerGone = markers.length > 0 && [400, 403].includes(response.status);
    if (response.status >= 500 || isMarkerGone) return undefined;
    expect(response.status, path).toBe(200);
    const page = (await response.json()) as { images: ReadList["images"]; next?: string };
    if (page.next !== undefined) expect(page.images.length).toBeGreaterThan(0);
    images.push(...page.images);
    path = page.next;
    const marker = page.images.at(-1)?.id;
    if (path !== undefined && marker !== undefined) markers.push(marker);
  }
  return {
    viewer,
    query,
    began,
    ended: performance.now(),
    images,
    order: byName ? "name" : "created_at",
    markers,
  };
}

async function run(seed: number) {
  const people = await Promise.all((["demo", "alt", "admin", "reader"] as const).map(person));
  const [demo, alt, admin] = people as [Person, Person, Person, Person];
  const pairs = [demo, alt, demo, alt, demo, alt, admin, demo].map(
    (me) => [me, me.project === alt.project ? demo : alt] as const,
  );
  const histories = new Map<string, History>();
  const lists: ReadList[] = [];
  const end = performance.now() + SECONDS * 1000;
  let refused = 0;

  const clients = await Promise.all(
    pairs.map(async ([me, other], n) => {
      const random = randomFrom(seed + n);
      const client = new WritingClient(me, other, histories, random);
      while (performance.now() < end) {
        await client.act();
        if (random.below(2) === 0) continue;
        const list = await readList(random.pick(people), random);
        if (list) lists.push(list);
        else refused++;
      }
      return client;
    }),
  );
  const counts: Record<string, number> = {};
  for (const client of clients)
    for (const [name, count] of Object.entries(client.counts)) counts[name] = (counts[name] ?? 0) + count;
  const faults = lists.flatMap((list) =>
    judgeList(histories, list).map((fault) => `${fault} (${JSON.stringify(list.query)})`),
  );
  const seen = lists.reduce((sum, { images }) => sum + images.length, 0);
  console.log(
    `seed ${seed}: ${lists.length} lists of ${seen} images, ${refused} refused; ${JSON.stringify(counts)}`,
  );
  return { faults, lists };
}

describe("eight clients that create, rename, share, change visibility and delete at once", () => {
  it("read lists that equal the model at that moment", async () => {
    runtime = await startRuntime();
    const { faults, lists } = await run(SEED);
    expect(lists.length).toBeGreaterThan(SECONDS);
    expect(faults.slice(0, 10)).toEqual([]);
  });

  it("and on AWS's bad days", async () => {
    runtime = await startRuntime({ environment: { GLANCE_FAULTS: `${SEED}:0.1` } });
    const { faults, lists } = await run(SEED + 100);
    expect(lists.length).toBeGreaterThan(SECONDS / 4);
    expect(faults.slice(0, 10)).toEqual([]);
  });
});
