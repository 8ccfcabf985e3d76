import { randomUUID } from "node:crypto";
import { signedRequest } from "../../../aws/signed-request.ts";
import type { BlobStore } from "../../../images/ports/blob-store.ts";
import type { ChecksumJobs } from "../../ports/checksum-jobs.ts";
import { reportEntries, reportFiles } from "./completion-report.ts";
import { accountOf, type JobNames, jobPrefixOf, jobRequest, listKey } from "./job-request.ts";

export interface ChecksumJobsOptions extends JobNames {
  /** The variables that Lambda gives a function. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the same bucket: lists and reports lie in it. */
  readonly blobs: Pick<BlobStore, "put" | "head" | "read">;
}

/** Some 20,000 objects make a report of about 10 MB. */
const MOST_REPORT_BYTES = 100_000_000;
const TIMEOUT_MS = 30_000;

/** The text of the first element of this name, as the flat answers of S3 Control have it. */
const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

/** The user guide's lists leave the slashes as they are. */
const encoded = (key: string): string => key.split("/").map(encodeURIComponent).join("/");

const manifestKey = ({ token, id }: { token: string; id: string }): string =>
  `${jobPrefixOf(token)}/job-${id}/manifest.json`;

/** S3 Batch Operations' "Compute checksum", by S3 Control's REST API. Never tried on AWS (docs/aws.md). */
export function s3ChecksumJobs(options: ChecksumJobsOptions): ChecksumJobs {
  const { environment, blobs } = options;

  const call = async (method: "GET" | "POST", path: string, body?: string): Promise<string> => {
    const { AWS_REGION: region = "", AWS_ENDPOINT_URL_S3_CONTROL: endpoint } = environment;
    const { account } = accountOf(options.roleArn);
    const suffix = region.startsWith("cn-") ? ".cn" : "";
    const { status, text } = await signedRequest({
      service: "s3",
      method,
      url: new URL(path, endpoint ?? `https://${account}.s3-control.${region}.amazonaws.com${suffix}`),
      headers: {
        "x-amz-account-id": account,
        ...(body !== undefined && { "content-type": "application/xml" }),
      },
      ...(body !== undefined && { body }),
      environment,
      timeoutMs: TIMEOUT_MS,
    });
    if (status === 200) return text;
    throw new Error(
      `S3 Control answered ${status} ${textOf(text, "Code") ?? ""} ${textOf(text, "Message") ?? ""}`,
    );
  };

  const textAt = async (key: string): Promise<string> => {
    const size = (await blobs.head(key))?.size;
    if (size === undefined) throw new Error(`the report's file ${key} is missing`);
    if (size > MOST_REPORT_BYTES) throw new Error(`the report's file ${key} has ${size} bytes`);
    return size === 0 ? "" : Buffer.from(await blobs.read(key, 0, size)).toString();
  };

  return {
    prepare: async (keys) => {
      const token = randomUUID();
      const list = keys.map((key) => `${options.bucket},${encoded(key)}\n`).join("");
      return { token, etag: await blobs.put(listKey(token), Buffer.from(list)) };
    },

    begin: async (list, algorithm) => {
      const id = textOf(await call("POST", "/v20180820/jobs", jobRequest(options, list, algorithm)), "JobId");
      // It becomes part of paths.
      if (id === undefined || !/^[\w-]{5,36}$/.test(id)) throw new Error("S3 Control gave no job id");
      return id;
    },

    find: async (job) => {
      const answer = await call("GET", `/v20180820/jobs/${job.id}`);
      const status = textOf(answer, "Status") ?? "without a status";
      if (status === "Complete") {
        // The report comes a while after the end of the job.
        return { state: (await blobs.head(manifestKey(job))) ? "done" : "running" };
      }
      if (!["Failed", "Cancelled", "Suspended", "Paused"].includes(status)) return { state: "running" };
      const reason = [status, textOf(answer, "FailureCode"), textOf(answer, "FailureReason")];
      return { state: "failed", reason: reason.filter(Boolean).join(" ") };
    },

    report: async function* (job, algorithm) {
      for (const key of reportFiles(await textAt(manifestKey(job)))) {
        yield* reportEntries(await textAt(key), algorithm);
      }
    },
  };
}
