import { createHash, randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { ServiceUnderTest } from "./service-under-test.ts";

interface Opened {
  readonly id: string;
  readonly token: string;
}

/** A transfer of each kind of end, each call judged by the document. */
export async function transferCalls(
  { expecting }: ServiceUnderTest,
  token: string,
  create: () => Promise<string>,
): Promise<void> {
  const data = randomBytes(1000);
  const hex = (algorithm: string) => createHash(algorithm).update(data).digest("hex");

  async function begun(size: number | null = data.length) {
    const image = await create();
    const { json } = await expecting<Opened>(201, "POST", `${image}/transfers`, {
      token,
      body: { size, lease: 60 },
    });
    return { url: `${image}/transfers/${json.id}`, headers: { "X-Image-Transfer-Token": json.token }, image };
  }
  async function stored() {
    const { url, headers, image } = await begun();
    const parts = [{ number: 1, size: data.length }];
    const { json } = await expecting<{ parts: { url: string }[] }>(200, "POST", `${url}/parts`, {
      headers,
      body: { parts },
    });
    const put = await fetch(json.parts[0]?.url ?? "", { method: "PUT", body: data });
    expect(put.status).toBe(200);
    await expecting(200, "GET", `${url}?marker=0`, { headers });
    return { url, headers, image, etag: put.headers.get("etag") ?? "" };
  }

  // A PUT that was cut off before it began: told, and nothing is made.
  await expecting(204, "POST", `${await create()}/transfers`, { token, body: { size: 5, broken: true } });
  const stated = await stored();
  await expecting(409, "POST", `${stated.image}/transfers`, { token });
  await expecting(400, "POST", `${stated.url}/complete`, { headers: stated.headers, body: { size: 1 } });
  const hashes = { checksum: hex("md5"), os_hash_algo: "sha512", os_hash_value: hex("sha512") };
  const parts = [{ number: 1, etag: stated.etag }];
  for (const _ of [1, 2])
    await expecting(200, "POST", `${stated.url}/complete`, {
      headers: stated.headers,
      body: { size: data.length, ...hashes, parts },
    });
  await expecting(200, "GET", stated.url, { token });
  await expecting(409, "DELETE", stated.url, { token });
  await expecting(403, "GET", stated.url, { headers: { "X-Image-Transfer-Token": "no" } });

  const unstated = await stored();
  await expecting(202, "POST", `${unstated.url}/complete`, {
    headers: unstated.headers,
    body: { size: data.length },
  });

  const aborted = await begun(null);
  await expecting(204, "DELETE", `${aborted.url}?broken=true`, { headers: aborted.headers });
  await expecting(200, "GET", aborted.url, { headers: aborted.headers });
  await expecting(409, "POST", `${aborted.url}/complete`, { headers: aborted.headers, body: { size: 1 } });
}
