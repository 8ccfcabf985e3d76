import { setTimeout as sleep } from "node:timers/promises";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { dynamodbCheckpoints } from "../../shared/upkeep/adapters/dynamodb/checkpoints.ts";
import { s3ChecksumJobs } from "../../shared/upkeep/adapters/s3-control/checksum-jobs.ts";
import { auditByJobs } from "../../shared/upkeep/operations/audit/audit-by-jobs.ts";
import { auditDeep } from "../../shared/upkeep/operations/audit/audit-deep.ts";
import { auditedStore, blobStore, findings, imageLists } from "../wiring/image-ports.ts";
import { mountedStores } from "../wiring/mounted-stores.ts";
import { table } from "../wiring/table.ts";
import { upkeepJob } from "../wiring/upkeep-job.ts";

const name = "auditor-deep";
const settings = deployedSettings(process.env);

const ports = {
  images: auditedStore(settings),
  lists: imageLists(),
  stores: mountedStores(),
  findings: findings(settings),
  checkpoints: dynamodbCheckpoints(...table(), name),
  clock,
  settings,
  sleep,
};
const checksums = () =>
  s3ChecksumJobs({
    environment: process.env,
    bucket: environment("imageBucket"),
    roleArn: environment("checksumRoleArn"),
    blobs: blobStore(),
  });

export const handler = upkeepJob({
  name,
  dryRun: settings.audit_deep_dry_run,
  run:
    settings.audit_deep_engine === "s3-batch"
      ? auditByJobs({ ...ports, checksums: checksums() })
      : auditDeep(ports),
});
