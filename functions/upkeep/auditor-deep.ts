import { setTimeout as sleep } from "node:timers/promises";
import { documentClient } from "../../shared/aws/document-client.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { readSettings } from "../../shared/settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { s3ChecksumJobs } from "../../shared/upkeep/adapters/s3-control/checksum-jobs.ts";
import { auditByJobs } from "../../shared/upkeep/operations/audit/audit-by-jobs.ts";
import { auditDeep } from "../../shared/upkeep/operations/audit/audit-deep.ts";
import { blobStore } from "../wiring/blob-store.ts";
import { findings } from "../wiring/findings.ts";
import { imageLists } from "../wiring/image-lists.ts";
import { notifyingStore } from "../wiring/notifying-store.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

const name = "auditor-deep";
const settings = readSettings(process.env);

const blobs = blobStore();
const ports = {
  images: notifyingStore(settings),
  lists: imageLists(),
  blobs,
  findings: findings(settings),
  checkpoints: dynamodbCheckpoints(documentClient(), environment("tableName"), name),
  clock,
  settings,
  sleep,
};
const checksums = () =>
  s3ChecksumJobs({
    environment: process.env,
    bucket: environment("imageBucket"),
    roleArn: environment("checksumRoleArn"),
    blobs,
  });

export const handler = upkeepJob({
  name,
  dryRun: settings.audit_deep_dry_run,
  run:
    settings.audit_deep_engine === "s3-batch"
      ? auditByJobs({ ...ports, checksums: checksums() })
      : auditDeep(ports),
});
