import { isDeepStrictEqual } from "node:util";
import { type ImageClient, logIn, type UserName } from "../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../runtime/local-runtime.ts";
import type { Door } from "./attack.ts";
import { dataFaults, documentFaults, type ImageDocument } from "./stored-image.ts";

/** Somebody with a login, and an image to attack with it. */
export interface Attacker {
  readonly user: UserName;
  readonly client: ImageClient;
  /** A queued image of this attacker to change, the one of the last attack where that left it so. */
  victim(): Promise<ImageDocument>;
}

/** A running service with images of somebody else, which no attack may change. */
export interface World {
  readonly runtime: LocalRuntime;
  /** Base URL of a way in; S3's comes with each presigned URL. */
  baseOf(door: Exclude<Door, "s3">): string;
  /** A path of the API as a request target of this way in, with its stage. */
  target(door: Exclude<Door, "s3">, path: string): string;
  readonly attackers: readonly Attacker[];
  /** Ids of the images that nobody attacks with a right to do so. */
  readonly bystanders: readonly string[];
  /** Who may change metadata definitions. */
  readonly definer: ImageClient;
  /** What has become of the bystanders; nothing is the empty list. */
  bystanderFaults(): Promise<string[]>;
  /** Whether the service still does its main job, in both ways in. */
  mainJobFaults(): Promise<string[]>;
  close(): Promise<void>;
}

const bystanderData = Buffer.from("the bytes of somebody else");

function attackerOf(user: UserName, client: ImageClient): Attacker {
  let current: string | undefined;
  return {
    user,
    client,
    victim: async () => {
      if (current !== undefined) {
        const response = await client.fetch(`/v2/images/${current}`);
        if (response.status === 200) {
          const image = (await response.json()) as ImageDocument;
          if (image.status === "queued" && image.disk_format === "raw" && image.protected === false)
            return image;
        }
      }
      current = await client.create({ name: "victim", hw_disk_bus: "virtio" });
      return client.show(current);
    },
  };
}

/** The whole life of an image, as any client would go through it. */
async function mainJobFaults(url: string): Promise<string[]> {
  const client = await logIn(url, "alt");
  const data = Buffer.from("still alive");
  const id = await client.create({ name: "main job" });
  const put = await client.upload(id, data);
  if (put.status !== 204) return [`${url}: an upload is answered ${put.status}`];
  const image = await client.show(id);
  const faults = [...documentFaults(image), ...dataFaults(image, await client.download(id))];
  const removed = await client.fetch(`/v2/images/${id}`, { method: "DELETE" });
  if (removed.status !== 204) faults.push(`a deletion is answered ${removed.status}`);
  return faults;
}

export async function startWorld(): Promise<World> {
  const runtime = await startRuntime();
  const owner = await logIn(runtime.url, "admin");
  const kept = new Map<string, { client: ImageClient; image: ImageDocument; data: Buffer | undefined }>();
  for (const visibility of ["public", "community", "shared", "private"]) {
    for (const data of [bystanderData, undefined]) {
      const id = await owner.create({ name: `bystander ${visibility}`, visibility, tags: ["a"], k: "v" });
      if (data) await owner.upload(id, data);
      kept.set(id, { client: owner, image: await owner.show(id), data });
    }
  }
  const definitions = "/v2/metadefs/namespaces/bystander";
  await owner.fetch("/v2/metadefs/namespaces", {
    method: "POST",
    body: JSON.stringify({
      namespace: "bystander",
      objects: [{ name: "o", properties: { p: { type: "string", title: "t" } } }],
      tags: [{ name: "t" }],
    }),
  });
  const defined = await (await owner.fetch(definitions)).text();
  const attackers = await Promise.all(
    (["demo", "demo", "alt"] as const).map(async (user) => attackerOf(user, await logIn(runtime.url, user))),
  );
  const baseOf = (door: Exclude<Door, "s3">) => (door === "ingress" ? runtime.url : runtime.gatewayUrl);
  return {
    runtime,
    baseOf,
    target: (door, path) => `${new URL(baseOf(door)).pathname.replace(/\/$/, "")}${path}`,
    attackers,
    bystanders: [...kept.keys()],
    bystanderFaults: async () => {
      const faults: string[] = [];
      for (const [id, { client, image, data }] of kept) {
        const now = await client.show(id);
        if (!isDeepStrictEqual(now, image))
          faults.push(`${id} is ${JSON.stringify(now)}, was ${JSON.stringify(image)}`);
        if (data && !data.equals(await client.download(id))) faults.push(`${id} has other bytes`);
      }
      const now = await (await owner.fetch(definitions)).text();
      if (now !== defined) faults.push(`the definitions are ${now}, were ${defined}`);
      return faults;
    },
    definer: owner,
    mainJobFaults: async () => [
      ...(await mainJobFaults(runtime.url)),
      ...(await mainJobFaults(runtime.gatewayUrl)),
    ],
    close: async () => {
      await runtime.stop();
      runtime.remove();
    },
  };
}
