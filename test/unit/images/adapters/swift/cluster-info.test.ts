import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { clusterInfo } from "../../../../../shared/images/adapters/swift/cluster-info.ts";

let server: Server | undefined;
afterEach(() => server?.close());

async function infoOf(status: number, body: unknown) {
  const opened = createServer((request, response) =>
    response.writeHead(request.url === "/info" ? status : 418).end(JSON.stringify(body)),
  );
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  return clusterInfo(`http://127.0.0.1:${(opened.address() as AddressInfo).port}/v1/AUTH_a`);
}
const slo = { max_manifest_segments: 500 };

test.each([
  [["sha1", "sha256", "sha512"], "sha256"],
  [["sha512", "sha1"], "sha512"],
  [["sha1"], "sha1"],
  [undefined, "sha1"],
])("of the digests %o it signs with %s", async (allowed_digests, digest) => {
  expect(await infoOf(200, { slo, tempurl: { allowed_digests } })).toEqual({
    digest,
    segmentsPerManifest: 500,
  });
});

test("a cluster that keeps its information to itself has Swift's defaults", async () => {
  expect(await infoOf(403, {})).toEqual({ digest: "sha256", segmentsPerManifest: 1000 });
});

test("a cluster that cannot store images says what it has not", async () => {
  await expect(infoOf(200, { slo })).rejects.toThrow("has no tempurl");
  await expect(infoOf(200, { tempurl: {} })).rejects.toThrow("has no slo");
  await expect(infoOf(200, { slo, tempurl: { allowed_digests: ["md4"] } })).rejects.toThrow("no digest");
});

test("a failure is none of the defaults", async () => {
  await expect(infoOf(503, {})).rejects.toThrow("503");
});
