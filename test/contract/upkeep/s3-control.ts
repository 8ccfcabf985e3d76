import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { parseXml, type XmlElement } from "../../../infra/local-aws/emulators/s3/xml.ts";
import { verifySignature } from "../../../infra/local-aws/iam/sigv4.ts";
import { operator, region } from "../../../infra/local-aws/test/s3/principals-under-test.ts";
import type { BlobStore } from "../../../shared/images/ports/blob-store.ts";

interface Job {
  readonly id: string;
  readonly token: string;
  readonly algorithm: string;
  readonly prefix: string;
  readonly keys: readonly string[];
  failure?: string;
  status: string;
}

export const account = "111122223333";
export const roleArn = `arn:aws:iam::${account}:role/checksums`;

const child = (element: XmlElement | undefined, ...path: string[]): XmlElement | undefined =>
  path.reduce((current, name) => current?.children.find((one) => one.name === name), element);

/** CSV as the user guide's example of a Compute checksum report has it. */
const quoted = (value: string) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/**
 * Stands in for S3 Control's jobs as the API reference and the user guide describe them; jobs end when the test says
 * so. That the real service does the same was never seen.
 */
export async function startS3Control(bucket: string, blobs: BlobStore) {
  const jobs = new Map<string, Job>();

  const create = async (request: IncomingMessage, body: string) => {
    const root = parseXml(body, "CreateJobRequest");
    const at = (...path: string[]) => child(root, ...path)?.text ?? "";
    const token = at("ClientRequestToken");
    const known = [...jobs.values()].find((job) => job.token === token);
    if (known) return known.id;
    const key = at("Manifest", "Location", "ObjectArn").replace(`arn:aws:s3:::${bucket}/`, "");
    const stored = await blobs.head(key);
    if (!stored || stored.etag !== at("Manifest", "Location", "ETag")) throw new Error("the manifest's ETag");
    const fields = child(root, "Manifest", "Spec", "Fields")?.children.map(({ text: field }) => field);
    const expected = [
      [request.headers["x-amz-account-id"], account],
      [at("ConfirmationRequired"), "false"],
      [at("RoleArn"), roleArn],
      [at("Operation", "S3ComputeObjectChecksum", "ChecksumType"), "FULL_OBJECT"],
      [at("Report", "Bucket"), `arn:aws:s3:::${bucket}`],
      [at("Report", "Enabled"), "true"],
      [at("Report", "Format"), "Report_CSV_20180820"],
      [at("Report", "ReportScope"), "AllTasks"],
      [at("Manifest", "Spec", "Format"), "S3BatchOperations_CSV_20180820"],
      [fields?.join(), "Bucket,Key"],
    ];
    for (const [is, wanted] of expected) if (is !== wanted) throw new Error(`${is} is not ${wanted}`);
    const list = Buffer.from(await blobs.read(key, 0, stored.size)).toString();
    const id = randomUUID();
    jobs.set(id, {
      id,
      token,
      algorithm: at("Operation", "S3ComputeObjectChecksum", "ChecksumAlgorithm"),
      prefix: at("Report", "Prefix"),
      keys: list.split("\n").flatMap((line) => (line === "" ? [] : [line.slice(`${bucket},`.length)])),
      status: "New",
    });
    return id;
  };

  const describe = (job: Job) =>
    `<DescribeJobResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Job><JobId>${job.id}</JobId>` +
    `<Status>${job.status}</Status>${
      job.failure
        ? `<FailureReasons><member><FailureCode>JobFailure</FailureCode><FailureReason>${job.failure}</FailureReason></member></FailureReasons>`
        : ""
    }</Job></DescribeJobResult>`;

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = request.url ?? "";
    try {
      verifySignature(
        { method: request.method ?? "", rawPath: path, rawQuery: "", headers: request.headersDistinct },
        {
          service: "s3",
          region,
          clock: Date.now,
          principalOf: (id) => (id === operator.accessKeyId ? operator : undefined),
        },
      );
      const sum = createHash("sha256").update(body).digest("hex");
      if (request.headers["x-amz-content-sha256"] !== sum) throw new Error("the body's hash");
      const job = jobs.get(path.replace("/v20180820/jobs/", ""));
      if (request.method === "POST" && path === "/v20180820/jobs")
        response.end(`<CreateJobResult><JobId>${await create(request, body)}</JobId></CreateJobResult>`);
      else if (request.method === "GET" && job) response.end(describe(job));
      else throw new Error("no such job");
    } catch (error) {
      response.statusCode = 400;
      response.end(
        `<Error><Code>InvalidRequest</Code><Message>${(error as Error).message}</Message></Error>`,
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const row = async (job: Job, key: string) => {
    const stored = await blobs.head(key);
    if (!stored) return ["failed", "404", "NoSuchKey", "The specified key does not exist."];
    const sum = createHash(job.algorithm.toLowerCase())
      .update(await blobs.read(key, 0, stored.size))
      .digest();
    const message = {
      checksum_base64: sum.toString("base64"),
      etag: stored.etag,
      checksumAlgorithm: job.algorithm,
      checksumType: "FULL_OBJECT",
      checksum_hex: sum.toString("hex").toUpperCase(),
    };
    return ["succeeded", "200", "", JSON.stringify(message)];
  };

  const report = async (job: Job) => {
    const folder = `${job.prefix}/job-${job.id}`;
    const rows = { succeeded: [] as string[], failed: [] as string[] };
    for (const key of job.keys) {
      const [status = "", ...rest] = await row(job, key);
      rows[status as keyof typeof rows].push([bucket, key, "", status, ...rest].map(quoted).join(","));
    }
    const results = Object.entries(rows).filter(([, lines]) => lines.length > 0);
    for (const [status, lines] of results)
      await blobs.put(`${folder}/results/${status}.csv`, Buffer.from(`${lines.join("\n")}\n`));
    const manifest = {
      Format: "Report_CSV_20180820",
      ReportCreationDate: "2026-01-01T00:00:00.000Z",
      Results: results.map(([status]) => ({
        TaskExecutionStatus: status,
        Bucket: bucket,
        MD5Checksum: "83b1c4cbe93fc893f54053697e10fd6e",
        Key: `${folder}/results/${status}.csv`,
      })),
      ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
    };
    await blobs.put(`${folder}/manifest.json`, Buffer.from(JSON.stringify(manifest)));
  };

  return {
    jobs,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: operator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
      AWS_SESSION_TOKEN: operator.sessionToken,
      AWS_ENDPOINT_URL_S3_CONTROL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    /** Ends all jobs; S3 writes a report a while after that. */
    end: async (failure?: string, { withReport = failure === undefined } = {}) => {
      for (const job of jobs.values()) {
        job.status = failure === undefined ? "Complete" : "Failed";
        if (failure !== undefined) job.failure = failure;
        if (withReport) await report(job);
      }
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
