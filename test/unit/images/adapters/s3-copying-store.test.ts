import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, it } from "vitest";
import { s3CopyingStore } from "../../../../shared/images/adapters/s3/copying-store.ts";
import { BlobStoreFailed } from "../../../../shared/images/ports/blob-store.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An S3 with one object of ten bytes, which answers copies with an error; and the requests that came to it. */
async function refusingS3(status: number, code: string) {
  const requests: string[] = [];
  const server = createServer(({ method = "", url = "", headers }, response) => {
    const isCopy = headers["x-amz-copy-source"] !== undefined;
    requests.push(isCopy ? "copy" : method);
    if (isCopy) response.writeHead(status).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
    else if (method === "HEAD") response.writeHead(200, { "content-length": 10, etag: '"1"' }).end();
    else if (url.includes("uploads"))
      response.end("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
    else response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  stops.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const [from, to] = [s3CopyingStore(client, "from"), s3CopyingStore(client, "to")];
  return { copy: () => to.copyFrom({ store: from, key: "a/1" }, "a/2"), from, to, requests };
}

it.each([
  [403, "AccessDenied"],
  [501, "NotImplemented"],
])("bytes have to come where S3 answers a copy with %i %s; the upload is aborted", async (status, code) => {
  const { copy, requests } = await refusingS3(status, code);
  expect(await copy()).toBeUndefined();
  expect(requests).toEqual(["HEAD", "POST", "copy", "DELETE"]);
});

it("a copy that fails otherwise is an error, and its upload is aborted", async () => {
  const { copy, requests } = await refusingS3(500, "InternalError");
  await expect(copy()).rejects.toBeInstanceOf(BlobStoreFailed);
  expect(requests.at(-1)).toBe("DELETE");
});

it("nothing is copied from a bucket of another client", async () => {
  const [one, other] = [await refusingS3(500, "x"), await refusingS3(500, "x")];
  expect(await one.to.copyFrom({ store: other.from, key: "a/1" }, "a/2")).toBeUndefined();
  expect(one.requests).toEqual([]);
});
