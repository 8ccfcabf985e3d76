import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type S3UnderTest, startS3UnderTest } from "../../../../infra/local-aws/test/s3/s3-under-test.ts";
import { s3BlobStore } from "../../../../shared/images/adapters/s3/blob-store.ts";

let s3: S3UnderTest;
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.stop());

/** A way to S3 on which `change` happens to bodies. */
async function way(change: (body: Buffer) => void) {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.method === "PUT") {
      headers.push(request.headers);
      change(body);
    }
    const { method = "", url = "/" } = request;
    const on = httpRequest(`${s3.endpoint}${url}`, { method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    on.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = s3.clientWith({ endpoint, requestChecksumCalculation: "WHEN_REQUIRED" });
  const stop = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { store: s3BlobStore(client, "images"), headers, [Symbol.dispose]: stop };
}

it("sends parts without their SHA-256, and with an MD5 that is signed", async () => {
  using it = await way(() => undefined);
  const upload = await it.store.createUpload("a/1");
  await it.store.sendPart("a/1", upload, 1, randomBytes(1000));
  expect(it.headers).toMatchObject([{ "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }]);
  expect(it.headers[0]?.authorization).toMatch(/SignedHeaders=[^,]*content-md5;/);
  await it.store.abortUpload("a/1", upload);
});

it("stores no part that is other bytes when it arrives", async () => {
  using it = await way((body) => {
    body[500] = (body[500] ?? 0) ^ 1;
  });
  const upload = await it.store.createUpload("a/1");
  const sent = it.store.sendPart("a/1", upload, 1, randomBytes(1000));
  await expect(sent).rejects.toMatchObject({ name: "BadDigest" });
  expect((await it.store.listParts("a/1", upload)).parts).toEqual([]);
  await it.store.abortUpload("a/1", upload);
});
