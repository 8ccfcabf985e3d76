import type { WorkerEntry } from "./entry.ts";
import {
  changeCache,
  closeTransfers,
  deliverNotifications,
  put,
  readHeartbeat,
  readImages,
  recordFindings,
  touchTransfers,
  transact,
} from "./grants.ts";

/** With the pauses between them (functions/workers/retry-delay.ts) a failure of a quarter of an hour passes. */
const ATTEMPTS = 10;

/** One full processor core, as hashing is all they do, for as long as Lambda allows; then the next run goes on. */
const inRuns = {
  memoryMegabytes: 1769,
  timeoutSeconds: 900,
  visibilitySeconds: 1000,
  attempts: ATTEMPTS,
  batchSize: 1,
  maxConcurrency: 10,
} as const;

/** Each called by a queue. */
export const workers = {
  "workers/finalize": {
    does: "Verifies uploaded bytes, and activates images or refuses them",
    ...inRuns,
    maxConcurrency: 50,
    access: {
      countsUsage: true,
      readsLimits: true,
      table: [
        readImages,
        put("image#*", "outbox#*", "deletions#*"),
        touchTransfers,
        closeTransfers,
        recordFindings,
      ],
      objects: ["GetObject", "PutObject", "ListMultipartUploadParts"],
      tellsMissingObjects: true,
      sendsTo: ["finalize", "delete", "notify", "sources", "copy", "place"],
      consumes: "finalize",
      postpones: true,
      callsItself: true,
    },
  },
  // Alone reads whole images from foreign hosts, and reaches no bytes of ours.
  "workers/sources": {
    does: "Reads and hashes data that was registered at other hosts",
    partOf: "sources",
    ...inRuns,
    access: {
      countsUsage: true,
      readsLimits: true,
      table: [readImages, put("image#*", "outbox#*"), touchTransfers, closeTransfers],
      sendsTo: ["sources", "notify"],
      consumes: "sources",
      postpones: true,
      callsItself: true,
    },
  },
  // Alone writes what clients upload into folders, and deletes nothing in buckets.
  "workers/place": {
    does: "Brings uploads into folders, and activates their images or refuses them",
    partOf: "folders",
    // Hashes what it has brought, with two parts in memory.
    ...inRuns,
    access: {
      countsUsage: true,
      readsLimits: true,
      table: [
        readImages,
        put("image#*", "outbox#*", "deletions#*"),
        touchTransfers,
        closeTransfers,
        readHeartbeat,
      ],
      objects: ["GetObject"],
      folders: ["ClientMount", "ClientWrite"],
      tellsMissingObjects: true,
      seesHeartbeat: true,
      sendsTo: ["place", "finalize", "delete", "notify", "copy"],
      consumes: "place",
      postpones: true,
      callsItself: true,
    },
  },
  "workers/delete": {
    does: "Deletes bytes that no image refers to any more",
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    visibilitySeconds: 360,
    attempts: ATTEMPTS,
    batchSize: 10,
    maxConcurrency: 10,
    access: {
      table: [readImages, { actions: ["GetItem", "UpdateItem", "DeleteItem"], partitions: ["deletions#*"] }],
      objects: ["DeleteObject", "AbortMultipartUpload"],
      folders: ["ClientMount", "ClientWrite"],
      consumes: "delete",
      postpones: true,
    },
  },
  "workers/cache": {
    does: "Copies images into the cache, and deletes copies",
    partOf: "cache",
    // Hashes what it copies, with two parts in memory, which are of 105 MiB in the largest image.
    ...inRuns,
    access: {
      table: [readImages, ...changeCache, recordFindings, put("outbox#*")],
      copies: ["GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload", "ListMultipartUploadParts"],
      folders: ["ClientMount"],
      tellsMissingCopies: true,
      readsUnserved: true,
      sendsTo: ["cache"],
      consumes: "cache",
      postpones: true,
      callsItself: true,
    },
  },
  "workers/copy": {
    does: "Makes the copies that images lack in stores, and mends damaged ones",
    partOf: "copies",
    // Hashes what it has copied, with two parts in memory where the bytes come through it.
    ...inRuns,
    access: {
      countsUsage: true,
      table: [
        readImages,
        { actions: ["Query"], partitions: ["transfers#*"] },
        put("image#*", "outbox#*", "deletions#*", "transfers#*"),
        touchTransfers,
        closeTransfers,
        recordFindings,
        readHeartbeat,
      ],
      objects: ["GetObject", "PutObject", "ListMultipartUploadParts", "AbortMultipartUpload"],
      folders: ["ClientMount", "ClientWrite"],
      tellsMissingObjects: true,
      seesHeartbeat: true,
      sendsTo: ["copy", "delete", "notify"],
      consumes: "copy",
      postpones: true,
      callsItself: true,
    },
  },
  "workers/import": {
    does: "Brings imports to their ends: judges staged bytes, and stores them",
    partOf: "imports",
    // Hashes what is staged and copied, with two parts in memory where the bytes come through it.
    ...inRuns,
    access: {
      countsUsage: true,
      readsLimits: true,
      table: [
        { actions: ["GetItem", "UpdateItem"], partitions: ["image#*", "task#*"] },
        { actions: ["Query"], partitions: ["transfers#*"] },
        put("image#*", "outbox#*", "deletions#*", "transfers#*", "task#*", "tasks#*"),
        transact(["DeleteItem"], "transfers#*", "tasks#*"),
        readHeartbeat,
      ],
      objects: ["GetObject", "PutObject", "ListMultipartUploadParts", "AbortMultipartUpload"],
      folders: ["ClientMount", "ClientWrite"],
      tellsMissingObjects: true,
      seesHeartbeat: true,
      sendsTo: ["import", "fetch", "convert", "delete", "notify", "copy"],
      consumes: "import",
      postpones: true,
      callsItself: true,
    },
  },
  // Reaches any host that its callers name, and reads no byte of ours.
  "workers/fetch": {
    does: "Fetches the data of imports from other hosts, in parts",
    partOf: "fetching",
    // Hashes what it fetches, with parts for each connection in memory. How many fetch at a time is settings' (import_runs):
    // two more look at what waits, so that a project's many imports keep nobody's out.
    ...inRuns,
    maxConcurrency: 12,
    access: {
      countsUsage: true,
      readsLimits: true,
      table: [
        readImages,
        // Its hold is written past the image's revision.
        { actions: ["GetItem", "UpdateItem"], partitions: ["task#*"] },
        { actions: ["GetItem", "PutItem"], partitions: ["fetching#*"] },
        put("image#*", "transfers#*", "task#*", "tasks#*"),
      ],
      objects: ["PutObject", "ListMultipartUploadParts", "AbortMultipartUpload"],
      storesPartsOnly: true,
      sendsTo: ["fetch", "import", "copy"],
      consumes: "fetch",
      postpones: true,
      callsItself: true,
    },
  },
  "workers/notify": {
    does: "Delivers notifications to the event bus",
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    visibilitySeconds: 360,
    attempts: 3,
    // Hints are gathered, so that one run delivers what a busy second has brought.
    batchSize: 100,
    gatherSeconds: 1,
    maxConcurrency: 2,
    access: {
      table: [deliverNotifications],
      publishes: true,
      consumes: "notify",
    },
  },
} as const satisfies Readonly<Record<`workers/${string}`, WorkerEntry>>;
