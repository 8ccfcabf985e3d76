import { createHash } from "node:crypto";
import { type Attack, answered, type Family, refused, type Scene } from "../attack.ts";
import { oddText, oddValue, oneLine } from "../drawn-text.ts";
import { uploadFaults } from "../victim.ts";
import { written } from "../wire.ts";

interface Opened {
  readonly path: string;
  readonly token: string;
}

async function open({ attacker }: Scene, imageId: string, size: number | null): Promise<Opened> {
  const response = await attacker.client.fetch(`/v2/images/${imageId}/transfers`, {
    method: "POST",
    body: JSON.stringify({ size, lease: 60 }),
  });
  if (response.status !== 201) throw new Error(`open: ${response.status} ${await response.text()}`);
  const { id, token } = (await response.json()) as { id: string; token: string };
  return { path: `/v2/images/${imageId}/transfers/${id}`, token };
}

const headersOf = (token: string) => ({ "X-Image-Transfer-Token": token });

async function signedUrl({ attacker }: Scene, { path, token }: Opened, size: number): Promise<URL> {
  const response = await attacker.client.fetch(`${path}/parts`, {
    method: "POST",
    headers: headersOf(token),
    body: JSON.stringify({ parts: [{ number: 1, size }] }),
  });
  if (response.status !== 200) throw new Error(`parts: ${response.status} ${await response.text()}`);
  return new URL(((await response.json()) as { parts: { url: string }[] }).parts[0]?.url ?? "");
}

async function end({ attacker }: Scene, { path, token }: Opened): Promise<void> {
  await attacker.client.fetch(path, { method: "DELETE", headers: headersOf(token) });
}

/** Parts, completions and tokens of a transfer that are odd, on a transfer that is right. */
export const transfers: Family = {
  name: "transfers",
  draw: async (scene): Promise<Attack> => {
    const { random, world, attacker } = scene;
    const door = random.pick(["ingress", "gateway"] as const);
    const imageId = await attacker.client.create();
    const opened = await open(scene, imageId, random.pick([0, 1, 100, 20_000_000, null]));
    const number = random.pick([0, 1, 2, 10_000, 10_001, -1, 1.5, "1", null, 2 ** 53]);
    const size = random.pick([0, 1, 100, 5 * 2 ** 20, 2 ** 33, 2 ** 60, -1, 0.5, "5", null]);
    const hash = (algorithm: string) => createHash(algorithm).update(oddText(random)).digest("hex");
    const calls: readonly (readonly [string, unknown])[] = [
      ["parts", { parts: [{ number, size }] }],
      [
        "parts",
        { parts: Array.from({ length: random.pick([0, 2, 1000, 1001, 5000]) }, () => ({ number, size })) },
      ],
      ["parts", { parts: oddValue(random) }],
      ["complete", { size, checksum: hash("md5"), os_hash_value: hash("sha512") }],
      ["complete", { size: random.pick([1, 100, 5]), parts: [{ number, etag: oddText(random) }] }],
      ["complete", { size, checksum: oddText(random), os_hash_algo: oddText(random) }],
      ["complete", oddValue(random)],
    ];
    const [call, body] = random.pick(calls);
    const isStranger = random.below(4) === 0;
    const token = isStranger ? oneLine(random.pick([oddText(random), opened.token.slice(1)])) : opened.token;
    const request = {
      method: "POST",
      target: world.target(door, `${opened.path}/${call}`),
      headers: [["X-Image-Transfer-Token", token]] as const,
      body: Buffer.from(JSON.stringify(body) ?? ""),
    };
    return {
      what: `POST ${call} ${JSON.stringify(body)?.slice(0, 300)}${isStranger ? " with a wrong token" : ""}`,
      door,
      method: "POST",
      pieces: [written(request)],
      mayBeCut: true,
      allowed: isStranger ? refused : answered,
      after: async () => {
        await end(scene, opened);
        // Nothing was stored, so only an empty image can have become of it.
        const now = await attacker.client.show(imageId);
        await attacker.client.fetch(`/v2/images/${imageId}`, { method: "DELETE" });
        if (now.status === "queued" || (now.status === "active" && now.size === 0)) return [];
        return [`the image is ${now.status} with ${now.size} bytes, and no part was ever stored`];
      },
    };
  },
};

const tamper: readonly ((url: URL, scene: Scene) => void)[] = [
  (url, { random }) => {
    url.pathname = url.pathname.replace(/[0-9a-f]{8}/, () =>
      random
        .below(2 ** 31)
        .toString(16)
        .padStart(8, "0"),
    );
  },
  (url) => {
    url.pathname = url.pathname.replace(/\/[^/]+\/[^/]+$/, "/upkeep/heartbeat");
  },
  (url) => url.searchParams.set("partNumber", "2"),
  (url) => url.searchParams.delete("partNumber"),
  (url) => url.searchParams.delete("uploadId"),
  (url) => url.searchParams.set("X-Amz-Expires", "604800"),
  (url) => url.searchParams.set("X-Amz-SignedHeaders", "host"),
  (url) => url.searchParams.delete("X-Amz-Signature"),
  (url, { random }) => url.searchParams.set("X-Amz-Credential", oddText(random).toWellFormed()),
  (url, { random }) => url.searchParams.set("X-Amz-Date", random.pick(["", "0", "99991231T235959Z"])),
  (url, { random }) => {
    const signature = url.searchParams.get("X-Amz-Signature") ?? "";
    const at = random.below(signature.length);
    url.searchParams.set(
      "X-Amz-Signature",
      signature.slice(0, at) + (signature[at] === "0" ? "1" : "0") + signature.slice(at + 1),
    );
  },
];

/** A presigned URL that was changed, or is used for something else than it was signed for: S3 refuses all. */
export const presigned: Family = {
  name: "presigned URLs",
  draw: async (scene): Promise<Attack> => {
    const { random, attacker } = scene;
    const imageId = await attacker.client.create();
    const data = Buffer.from("one hundred bytes? ".repeat(6)).subarray(0, 100);
    const opened = await open(scene, imageId, data.length);
    const url = await signedUrl(scene, opened, data.length);
    const kind = random.below(4);
    if (kind > 0) random.pick(tamper)(url, scene);
    const method = kind === 0 ? random.pick(["GET", "DELETE", "POST", "PUT"]) : "PUT";
    // As signed but for its length.
    const body = kind === 0 && method === "PUT" ? data.subarray(1 + random.below(98)) : data;
    const request = {
      method,
      target: `${url.pathname}${url.search}`,
      headers: [["Host", url.host]] as const,
      ...((method === "PUT" || method === "POST") && { body }),
    };
    return {
      what: `${method} ${request.target.slice(0, 600)} with ${body.length} bytes`,
      door: "s3",
      method,
      pieces: [written(request)],
      mayBeCut: true,
      base: url.origin,
      allowed: refused,
      after: async (outcome) => {
        await end(scene, opened);
        const faults = await uploadFaults(attacker, imageId, undefined, { ...outcome, answers: [] });
        await attacker.client.fetch(`/v2/images/${imageId}`, { method: "DELETE" });
        return faults;
      },
    };
  },
};
