import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type RawAnswer, sendRaw } from "../send-raw.ts";
import type { SmokePoint } from "../smoke-point.ts";
import { jsonOf, told, type World } from "../world.ts";

const md5 = (data: Buffer, form: "hex" | "base64") => createHash("md5").update(data).digest(form);
const data = Buffer.from(Array.from({ length: 1024 }, (_, n) => n % 256));

interface Upload {
  readonly base: string;
  readonly headers: readonly string[];
  readonly url: string;
}

/** A transfer of 1,024 bytes with the URL of its one part. */
async function upload({ call, image }: World): Promise<Upload> {
  const of = `/v2/images/${await image()}/transfers`;
  const opened = await call("POST", of, { json: { size: data.length } });
  const { id, token } = jsonOf(opened);
  if (typeof id !== "string" || typeof token !== "string") throw new Error(told(opened));
  const headers = ["X-Image-Transfer-Token", token];
  const json = { parts: [{ number: 1, size: data.length }] };
  const signed = await call("POST", `${of}/${id}/parts`, { headers, json });
  const [part] = (jsonOf(signed).parts as { url: string }[] | undefined) ?? [];
  if (part === undefined) throw new Error(told(signed));
  return { base: `${of}/${id}`, headers, url: part.url };
}

const taken = (answer: RawAnswer): string =>
  answer.status === 200
    ? "taken"
    : `refused (${/<Code>(.*?)<\/Code>/.exec(told(answer))?.[1] ?? told(answer)})`;

const putPart = async (
  world: World,
  how: { headers?: readonly string[]; body?: Buffer; isChunked?: boolean } = {},
): Promise<string> => {
  const { url } = await upload(world);
  return taken(await sendRaw({ method: "PUT", url, body: data, ...how }));
};

async function complete(world: World, times: number): Promise<string> {
  const { base, headers, url } = await upload(world);
  await sendRaw({ method: "PUT", url, body: data });
  const [checksum, sha512] = [md5(data, "hex"), createHash("sha512").update(data).digest("hex")];
  const json = { size: data.length, checksum, os_hash_algo: "sha512", os_hash_value: sha512 };
  let answer: RawAnswer | undefined;
  for (let time = 0; time < times; time++)
    answer = await world.call("POST", `${base}/complete`, { headers, json });
  return answer?.status === 200
    ? `active (${String(jsonOf(answer).image_status)})`
    : told(answer as RawAnswer);
}

/** A URL is tried again and again until its end, at first soon: seen is by how much it ended too early. */
async function urlLife(world: World): Promise<string> {
  const { url } = await upload(world);
  const seconds = Number(new URL(url).searchParams.get("X-Amz-Expires"));
  const end = Date.now() + seconds * 1000;
  for (let pause = 1000; ; pause = Math.min(60_000, 2 * pause)) {
    const left = end - Date.now();
    if (left < 0) return "good to its end";
    const answer = await sendRaw({ method: "PUT", url, body: data });
    if (answer.status !== 200) return `ended ${Math.round(left / 1000)} s too early (${told(answer)})`;
    // The last look is two seconds before the end, so that the way there does not count.
    await sleep(left > 3000 ? Math.min(pause, left - 2000) : left + 1);
  }
}

/** What becomes of image data. */
export const dataPoints: readonly SmokePoint[] = [
  {
    name: "transaction-rights",
    assumed: "the image is made",
    see: async ({ image }) => {
      await image();
      return "the image is made";
    },
  },
  {
    name: "binary-body",
    assumed: "the same bytes come back",
    see: async ({ call, image }) => {
      const path = `/v2/images/${await image()}/file`;
      const headers = ["Content-Type", "application/octet-stream"];
      const put = await call("PUT", path, { headers, body: data });
      if (put.status !== 204) return told(put);
      const led = await call("GET", path);
      const { location } = led.headers;
      const got = location === undefined ? led : await sendRaw({ method: "GET", url: location });
      return got.body.equals(data)
        ? "the same bytes come back"
        : `others come back (${got.status}, ${got.body.length})`;
    },
  },
  {
    name: "presigned-part",
    assumed: "taken",
    see: (world) => putPart(world, { headers: ["Content-MD5", md5(data, "base64")] }),
  },
  {
    name: "presigned-length",
    assumed: "refused",
    see: (world) => putPart(world, { body: data.subarray(1) }),
  },
  { name: "presigned-chunked", assumed: "refused", see: (world) => putPart(world, { isChunked: true }) },
  {
    name: "presigned-damaged",
    assumed: "refused",
    see: (world) => putPart(world, { headers: ["Content-MD5", md5(Buffer.from("other"), "base64")] }),
  },
  {
    name: "presigned-other-headers",
    assumed: "taken",
    see: (world) =>
      putPart(world, { headers: ["X-Auth-Token", "smoke", "User-Agent", "smoke", "Accept", "*/*"] }),
  },
  { name: "complete", assumed: "active", see: (world) => complete(world, 1) },
  { name: "complete-again", assumed: "active", see: (world) => complete(world, 2) },
  { name: "url-life", assumed: "good to its end", needs: "patient", see: urlLife },
];
