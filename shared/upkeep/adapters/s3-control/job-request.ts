import { ownValue } from "../../../own-value.ts";
import type { ChecksumAlgorithm, ChecksumList } from "../../ports/checksum-jobs.ts";

/**
 * Where a job's list and report lie in the image bucket: no image's key begins like this
 * (shared/images/domain/object-key.ts).
 */
export const JOBS_PREFIX = "upkeep/checksums";

export const jobPrefixOf = (token: string): string => `${JOBS_PREFIX}/${token}`;
export const listKey = (token: string): string => `${jobPrefixOf(token)}/objects.csv`;

/** The resource names of a job. */
export interface JobNames {
  readonly bucket: string;
  /** The role that S3 reads and reports with, `arn:PARTITION:iam::ACCOUNT:role/…`. */
  readonly roleArn: string;
}

/** `arn:aws-cn:iam::123456789012:role/name` → `aws-cn`, `123456789012`. */
export function accountOf(roleArn: string): { readonly partition: string; readonly account: string } {
  const [, partition = "", , , account = ""] = roleArn.split(":");
  return { partition, account };
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const element = (name: string, content: string): string =>
  `<${name}>${content.replace(/[&<>]/g, (character) => ownValue(escapes, character) ?? "")}</${name}>`;

/**
 * The body of CreateJob (S3 API reference, CreateJob; user guide, "Compute checksums"): FULL_OBJECT also of what was
 * uploaded in parts, and a report with the checksum of every object, not only of those that failed.
 */
export function jobRequest(
  { bucket, roleArn }: JobNames,
  { token, etag }: ChecksumList,
  algorithm: ChecksumAlgorithm,
): string {
  const { partition, account } = accountOf(roleArn);
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<CreateJobRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">',
    "<ConfirmationRequired>false</ConfirmationRequired>",
    "<Operation><S3ComputeObjectChecksum>",
    element("ChecksumAlgorithm", algorithm.toUpperCase()),
    "<ChecksumType>FULL_OBJECT</ChecksumType>",
    "</S3ComputeObjectChecksum></Operation>",
    "<Report>",
    element("Bucket", bucketArn),
    "<Enabled>true</Enabled>",
    element("ExpectedBucketOwner", account),
    "<Format>Report_CSV_20180820</Format>",
    element("Prefix", jobPrefixOf(token)),
    "<ReportScope>AllTasks</ReportScope>",
    "</Report>",
    element("ClientRequestToken", token),
    "<Manifest><Spec><Fields><member>Bucket</member><member>Key</member></Fields>",
    "<Format>S3BatchOperations_CSV_20180820</Format></Spec><Location>",
    element("ETag", etag),
    element("ObjectArn", `${bucketArn}/${listKey(token)}`),
    "</Location></Manifest>",
    "<Description>deep audit of image data</Description>",
    "<Priority>10</Priority>",
    element("RoleArn", roleArn),
    "</CreateJobRequest>",
  ].join("");
}
