import { randomBytes, randomUUID } from "node:crypto";
import type { Source } from "../runtime/http-source.ts";
import type { imageCalls, Tokens } from "./image-calls.ts";
import type { ServiceUnderTest } from "./service-under-test.ts";

const octets = { "Content-Type": "application/octet-stream" };

/** Calls about stores, each judged by the document, with the statuses they must have. */
export async function storeCalls(
  { expecting }: ServiceUnderTest,
  { admin, demo }: Tokens,
  { create, upload }: Pick<ReturnType<typeof imageCalls>, "create" | "upload">,
  source: string,
): Promise<void> {
  await expecting(200, "GET", "/v2/info/stores", { token: demo });
  await expecting(403, "GET", "/v2/info/stores/detail", { token: demo });
  await expecting(200, "GET", "/v2/info/stores/detail", { token: admin });
  const image = await create();
  await expecting(400, "PUT", `${image}/file`, {
    token: demo,
    headers: { ...octets, "X-Image-Meta-Store": "nowhere" },
    body: randomBytes(9),
  });
  await expecting(400, "POST", `${image}/transfers`, { token: demo, body: { size: 9, store: "nowhere" } });
  await upload(image);
  await expecting(200, "GET", image, { token: demo });
  const id = image.slice("/v2/images/".length);
  await expecting(302, "GET", `${image}/file?prefer=s3`, { token: demo });
  await expecting(400, "GET", `${image}/file?prefer=nowhere`, { token: demo });
  await expecting(409, "DELETE", `/v2/stores/nowhere/${id}`, { token: admin });
  await expecting(404, "DELETE", `/v2/stores/s3/${randomUUID()}`, { token: admin });
  for (const token of [demo, admin]) await expecting(403, "DELETE", `/v2/stores/s3/${id}`, { token });
  const v21 = { "Content-Type": "application/openstack-images-v2.1-json-patch" };
  const place = (url: string) => ({
    op: "add",
    path: "/locations/-",
    value: { url, metadata: { zone: "a" } },
  });
  await expecting(400, "PATCH", image, { token: demo, headers: v21, body: [place("file:///etc/passwd")] });
  await expecting(200, "PATCH", image, { token: demo, headers: v21, body: [place(source)] });
  await expecting(403, "GET", `${image}/locations`, { token: demo });
  await expecting(200, "GET", `${image}/locations`, { token: admin });
  await expecting(409, "POST", `${image}/locations`, { token: demo, body: { url: source } });
  await expecting(204, "DELETE", `/v2/stores/web/${id}`, { token: admin });
  const other = await create();
  await expecting(400, "POST", `${other}/locations`, { token: demo, body: {} });
  await expecting(400, "POST", `${other}/locations`, { token: demo, body: { url: `${source}/../not` } });
  await expecting(403, "POST", `${other}/locations`, { token: demo, body: { url: "s3://bucket/key" } });
  await expecting(202, "POST", `${other}/locations`, { token: demo, body: { url: source } });
}

/** Reads of an image whose copy is being made, of the host `slow`, which gives nothing meanwhile. */
export async function copyCalls(
  { expecting }: ServiceUnderTest,
  { demo: token }: Tokens,
  { create }: Pick<ReturnType<typeof imageCalls>, "create">,
  slow: Source,
): Promise<void> {
  const image = await create();
  await expecting(202, "POST", `${image}/locations`, { token, body: { url: slow.url } });
  const { json } = await expecting<{ status: string }>(200, "GET", image, { token });
  for (let now = json; now.status !== "active"; )
    now = (await expecting<typeof json>(200, "GET", image, { token })).json;
  const release = slow.holdBack(0);
  const headers = { "X-Image-Follow-Copy": "0" };
  await expecting(400, "GET", `${image}/file`, { token, headers: { "X-Image-Follow-Copy": "all" } });
  // The ingress waits until there is something to follow.
  await expecting(202, "GET", `${image}/file`, { token, headers });
  release();
}
