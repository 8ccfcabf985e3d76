import { randomUUID } from "node:crypto";
import type { imageCalls, Tokens } from "./image-calls.ts";
import type { ServiceUnderTest } from "./service-under-test.ts";

/** Calls of the cache, each judged by the document. */
export async function cacheCalls(
  { expecting }: ServiceUnderTest,
  { admin: token, demo }: Tokens,
  { create, upload }: Pick<ReturnType<typeof imageCalls>, "create" | "upload">,
): Promise<void> {
  const image = await create();
  const id = image.slice("/v2/images/".length);
  const entry = `/v2/cache/${id}`;
  await expecting(400, "PUT", entry, { token });
  await upload(image);
  await expecting(202, "PUT", entry, { token });
  await expecting(403, "PUT", entry, { token: demo });
  await expecting(404, "PUT", `/v2/cache/${randomUUID()}`, { token });
  await expecting(200, "GET", "/v2/cache", { token });
  await expecting(403, "GET", "/v2/cache", { token: demo });
  await expecting(409, "GET", `/v2/cache/nodes/${id}`, { token });
  await expecting(200, "POST", "/v2/cache/clean", { token });
  await expecting(200, "POST", "/v2/cache/prune", { token });
  await expecting(403, "POST", "/v2/cache/prune", { token: demo });
  await expecting(204, "DELETE", entry, { token });
  await expecting(404, "DELETE", `/v2/cache/${randomUUID()}`, { token });
  const clear = (target: string) => ({ token, headers: { "x-image-cache-clear-target": target } });
  await expecting(204, "DELETE", "/v2/cache", clear("QUEUE"));
  await expecting(400, "DELETE", "/v2/cache", clear("both"));
  await expecting(204, "DELETE", "/v2/cache", { token });
}
