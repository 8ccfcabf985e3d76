import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createBoundedServer } from "../../bounded-server.ts";
import { createFaults } from "../../faults.ts";
import { exchange } from "./exchange.ts";
import { abortStaleUploads, expireVersions } from "./lifecycle.ts";
import type { S3Emulator, S3Options } from "./options.ts";
import type { BucketStore } from "./store/bucket-store.ts";
import { openBucket } from "./store/open-bucket.ts";

const hourMilliseconds = 60 * 60 * 1000;
const host = "127.0.0.1";

/**
 * Starts the S3 emulator: path-style URLs on 127.0.0.1, everything signed and judged by IAM, state in
 * `options.directory`. What was acknowledged survives the end of the process at any moment.
 */
export async function startS3(options: S3Options): Promise<S3Emulator> {
  const clock = options.clock ?? Date.now;
  const buckets = new Map<string, BucketStore>();
  for (const { name, isVersioned = false } of options.buckets) {
    checkBucketName(name);
    buckets.set(name, await openBucket(options.directory, { name, isVersioned, clock }));
  }
  const applyLifecycle = async () => {
    for (const bucketOptions of options.buckets) {
      const bucket = buckets.get(bucketOptions.name);
      if (bucket === undefined) continue;
      await abortStaleUploads(bucket, bucketOptions, clock());
      await expireVersions(bucket, bucketOptions, clock());
    }
  };
  await applyLifecycle();

  const shutdown = new AbortController();
  const service = {
    options,
    clock,
    buckets,
    faults: createFaults("s3", options.faults),
    shutdown: shutdown.signal,
  };
  const running = new Set<Promise<void>>();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const one = exchange(service, request, response).finally(() => running.delete(one));
    running.add(one);
  };
  const server = createBoundedServer(
    // A part may take longer to arrive than any fixed time; idle connections end by `timeout` below.
    { highWaterMark: 64 * 1024, requestTimeout: 0, keepAliveTimeout: 60_000, maxHeaderSize: 32 * 1024 },
    serve,
  );
  server.on("checkContinue", serve);
  server.timeout = 120_000;
  server.listen(options.port, host);
  await once(server, "listening");

  const lifecycle = setInterval(() => {
    applyLifecycle().catch((error) => console.error("S3 emulator, lifecycle:", error));
  }, hourMilliseconds);
  lifecycle.unref();

  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(lifecycle);
      shutdown.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.allSettled(running);
      await closed;
    },
  };
}

// The name becomes a folder's.
function checkBucketName(name: string): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes("..")) {
    throw new Error(`"${name}" is no bucket name (3 to 63 lower-case letters, digits, dots and hyphens)`);
  }
}
