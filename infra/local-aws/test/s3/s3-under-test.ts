import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { S3Emulator, S3Options } from "../../emulators/s3/options.ts";
import { startS3 } from "../../emulators/s3/start-s3.ts";
import { noFaults } from "../../faults.ts";
import type { Call, Judge } from "../../iam/principal.ts";
import { limited, operator, region } from "./principals-under-test.ts";

export interface S3UnderTest {
  readonly directory: string;
  readonly endpoint: string;
  readonly client: S3Client;
  readonly calls: Call[];
  readonly limitedTo: Set<string>;
  clientWith(config: S3ClientConfig): S3Client;
  /** Ends the emulator and starts it again on the same state. */
  restart(change?: Partial<S3Options>): Promise<void>;
  stop(): Promise<void>;
}

/** An emulator with the buckets `images` and `cache`, and a client of it that adds no checksums by itself. */
export async function startS3UnderTest(options: Partial<S3Options> = {}): Promise<S3UnderTest> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "s3-emulator-")));
  const calls: Call[] = [];
  const limitedTo = new Set<string>();
  const judge: Judge = {
    principalOf: (id) => [operator, limited].find(({ accessKeyId }) => accessKeyId === id),
    allows: ({ name }, action, resource) => name === "operator" || limitedTo.has(`${action} ${resource}`),
  };
  const clients: S3Client[] = [];
  let emulator: S3Emulator;
  const start = async (change: Partial<S3Options>) => {
    emulator = await startS3({
      directory,
      port: 0,
      region,
      buckets: [{ name: "images" }, { name: "cache" }],
      faults: noFaults,
      judge,
      onCall: (call) => calls.push(call),
      ...options,
      ...change,
    });
  };
  await start({});

  const under = {
    directory,
    calls,
    limitedTo,
    get endpoint() {
      return `http://127.0.0.1:${emulator.port}`;
    },
    clientWith: (config: S3ClientConfig) => {
      const client = new S3Client({
        region,
        endpoint: under.endpoint,
        credentials: operator,
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    client: undefined as unknown as S3Client,
    restart: async (change: Partial<S3Options> = {}) => {
      await emulator.close();
      await start(change);
      under.client = under.clientWith({ requestChecksumCalculation: "WHEN_REQUIRED" });
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await emulator.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  under.client = under.clientWith({ requestChecksumCalculation: "WHEN_REQUIRED" });
  return under;
}

/** The code and status that a refused SDK call ended with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode} ${name}`;
  }
}

/** The code and status that a plain HTTP answer has, e.g. `403 AccessDenied`; just the status when it is good. */
export async function outcome(response: Response): Promise<string> {
  const text = await response.text();
  const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}
