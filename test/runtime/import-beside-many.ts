import { expect, vi } from "vitest";
import type { ImageClient } from "./image-client.ts";
import type { SlowSource } from "./slow-source.ts";

interface Clients {
  readonly demo: ImageClient;
  readonly admin: ImageClient;
}

interface Hosts {
  readonly slow: SlowSource;
  readonly source: { readonly url: string };
  /** Of the data at `source`. */
  readonly size: number;
}

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 30_000, interval: 100 });

/** One project's twenty imports of a slow host, and another's small one from the same machine, which is over in seconds. */
export async function importBesideMany(
  { demo, admin }: Clients,
  { slow, source, size }: Hosts,
): Promise<void> {
  const begin = async (client: ImageClient, uri: string): Promise<string> => {
    const id = await client.create();
    const body = JSON.stringify({ method: { name: "web-download", uri } });
    expect((await client.fetch(`/v2/images/${id}/import`, { method: "POST", body })).status).toBe(202);
    return id;
  };
  const many: string[] = [];
  for (let count = 0; count < 20; count++) many.push(await begin(demo, slow.url));
  await until(() => expect(slow.open()).toBeGreaterThan(0));
  const began = performance.now();
  const id = await begin(admin, source.url);
  await until(async () => expect(await admin.show(id)).toMatchObject({ status: "active", size }));
  expect(performance.now() - began).toBeLessThan(15_000);
  const states = await Promise.all(many.map(async (one) => (await demo.show(one)).status));
  expect(states).toEqual(many.map(() => "importing"));
  // Three runs, of three parts each: one of the four at a host is left to others.
  expect(slow.open()).toBeLessThanOrEqual(9);
  await until(async () => {
    const tasks = many.map(async (one) => (await demo.fetch(`/v2/images/${one}/tasks`)).json());
    const messages = ((await Promise.all(tasks)) as { tasks: { message: string }[] }[]).map(
      ({ tasks: [task] }) => task?.message,
    );
    expect(messages.filter((message) => message?.startsWith("Waits for its turn"))).toHaveLength(17);
  });
}
