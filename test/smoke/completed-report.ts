import { CHECKSUM_JOBS } from "../../infra/constructs/access-policy.ts";
import type { RawAnswer } from "../../infra/smoke/send-raw.ts";
import type { Passing } from "./breaking-proxy.ts";

const folder = `${CHECKSUM_JOBS}/reports/job-1`;
const result = JSON.stringify({
  checksumAlgorithm: "SHA512",
  checksumType: "FULL_OBJECT",
  checksum_base64: Buffer.alloc(64, 1).toString("base64"),
});
const files: Readonly<Record<string, string>> = {
  [`${folder}/manifest.json`]: JSON.stringify({
    Format: "Report_CSV_20180820",
    Results: [{ Key: `${folder}/results.csv` }],
  }),
  [`${folder}/results.csv`]: `bucket,one,,succeeded,200,,"${result.replaceAll('"', '""')}"\n`,
};
const answer = (type: string, text: string): RawAnswer => ({
  status: 200,
  headers: { "content-type": type },
  body: Buffer.from(text),
});

/** Stands in for the bucket where S3 Batch Operations have left a report (user guide, "Examples: completion reports"). */
export function completedReport({ path, isS3, method }: Passing): RawAnswer | undefined {
  if (!isS3 || method !== "GET") return undefined;
  const asked = decodeURIComponent(path);
  if (!asked.includes(CHECKSUM_JOBS)) return undefined;
  const [, file] = Object.entries(files).find(([key]) => asked.includes(key)) ?? [];
  if (file !== undefined) return answer("text/csv", file);
  const listed = Object.keys(files).map((key) => `<Contents><Key>${key}</Key></Contents>`);
  return answer("application/xml", `<ListBucketResult>${listed.join("")}</ListBucketResult>`);
}
