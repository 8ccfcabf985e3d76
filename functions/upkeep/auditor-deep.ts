import { setTimeout as sleep } from "node:timers/promises";
import { dynamodbCheckpoints } from "../../shared/adapters/dynamodb/checkpoints.ts";
import { documentClient } from "../../shared/adapters/dynamodb/document-client.ts";
import { s3ChecksumJobs } from "../../shared/adapters/s3-control/checksum-jobs.ts";
import { environment } from "../../shared/environment.ts";
import { auditByJobs } from "../../shared/operations/upkeep/audit/audit-by-jobs.ts";
import { auditDeep } from "../../shared/operations/upkeep/audit/audit-deep.ts";
import { systemClock as clock } from "../../shared/ports/clock.ts";
import { readSettings } from "../../shared/settings.ts";
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
