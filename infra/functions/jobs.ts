import type { JobEntry } from "./entry.ts";
import {
  closeTransfers,
  deliverNotifications,
  endCatalogueChanges,
  keepState,
  lookAtRecords,
  put,
  readHeartbeat,
  readImages,
  readSwitch,
  recordFindings,
  transact,
} from "./grants.ts";
import { deletedLists } from "./rights.ts";

/** A run ends before the next one is due, so that two seldom work at once (they may: jobs are idempotent). */
const small = { memoryMegabytes: 512, timeoutSeconds: 240 } as const;
/** For walks over much: as long as a function may last, less a little. */
const long = { memoryMegabytes: 512, timeoutSeconds: 890 } as const;
const byOperator = { everyMinutes: 60, onDemand: true } as const;

const findings = (job: string, description: string) =>
  ({
    field: "decision",
    says: "findings",
    metric: `${job}-findings`,
    value: "$.count",
    description,
  }) as const;

/** Each called by the clock, or by an operator. */
export const jobs = {
  "upkeep/reaper": {
    does: "Ends what nobody continues, deletes what nobody refers to",
    ...small,
    everyMinutes: 5,
    stopsItself: true,
    access: {
      countsUsage: true,
      table: [
        transact(["GetItem", "BatchGetItem", "ConditionCheckItem"], "image#*"),
        { actions: ["Query"], partitions: ["list#*", "transfers#*", "deletions#*"] },
        put("image#*", "outbox#*", "deletions#*"),
        closeTransfers,
        keepState("reaper"),
        // A release that was used up.
        { actions: ["DeleteItem"], partitions: ["upkeep#reaper"] },
      ],
      listsObjects: true,
      folders: ["ClientMount"],
      keepsHeartbeat: true,
      sendsTo: ["finalize", "delete"],
    },
  },
  "upkeep/scrubber": {
    does: "Ends the wait of images in `pending_delete`",
    partOf: "delayed-delete",
    ...small,
    everyMinutes: 5,
    // For images that waited when the setting was turned off.
    everyMinutesWithout: 24 * 60,
    access: {
      table: [
        readImages,
        transact(["Query", "DeleteItem"], "deletions#*"),
        put("image#*", "deletions#*"),
        readSwitch("scrubber"),
        readHeartbeat,
      ],
      seesHeartbeat: true,
      sendsTo: ["delete"],
    },
  },
  "upkeep/purge": {
    does: "Forgets images deleted long ago",
    ...long,
    everyMinutes: 24 * 60,
    access: {
      table: [
        transact(["GetItem", "Query", "DeleteItem"], "image#*"),
        transact(["Query", "DeleteItem"], "deletions#*"),
        transact(["DeleteItem"], "list#*"),
        put("image#*", "deletions#*"),
        readSwitch("purge"),
        readHeartbeat,
      ],
      seesHeartbeat: true,
    },
  },
  "upkeep/copies": {
    does: "Finds images that lack copies in stores, or have damaged ones",
    partOf: "copies",
    ...small,
    everyMinutes: 15,
    access: {
      table: [
        { actions: ["GetItem", "BatchGetItem"], partitions: ["image#*"] },
        { actions: ["Query"], partitions: ["list#*"] },
        keepState("copies"),
      ],
      sendsTo: ["copy"],
    },
  },
  "upkeep/imports": {
    does: "Finds imports that nobody goes on with",
    partOf: "imports",
    ...small,
    everyMinutes: 5,
    access: {
      table: [
        { actions: ["GetItem"], partitions: ["task#*"] },
        { actions: ["Query"], partitions: ["tasks#*"] },
        readSwitch("imports"),
      ],
      sendsTo: ["import"],
    },
  },
  "upkeep/outbox": {
    does: "Delivers notifications whose hint was lost",
    memoryMegabytes: 256,
    timeoutSeconds: 55,
    everyMinutes: 1,
    alarms: [
      {
        field: "message",
        says: "notifications wait",
        metric: "outbox-waiting-seconds",
        value: "$.waiting_seconds",
        waitingSeconds: 3600,
        description: "Notifications have not been delivered for an hour: see docs/operations.md.",
      },
    ],
    access: {
      table: [deliverNotifications, readSwitch("outbox")],
      publishes: true,
    },
  },
  "upkeep/metadefs": {
    does: "Ends changes of metadata definitions whose request ended without it",
    ...small,
    everyMinutes: 15,
    access: {
      table: [...endCatalogueChanges, readSwitch("metadefs")],
    },
  },
  "upkeep/cache-prefetcher": {
    does: "Hands queued images to the cache worker whose hint was lost",
    partOf: "cache",
    memoryMegabytes: 256,
    timeoutSeconds: 55,
    everyMinutes: 1,
    access: {
      table: [transact(["Query", "PutItem"], "cache#*"), readSwitch("cache-prefetcher")],
      sendsTo: ["cache"],
    },
  },
  "upkeep/cache-pruner": {
    does: "Makes the cache as small as it is to be",
    partOf: "cache",
    ...small,
    everyMinutes: 15,
    access: {
      table: [transact(["Query", "PutItem", "DeleteItem"], "cache#*"), readSwitch("cache-pruner")],
    },
  },
  "upkeep/cache-cleaner": {
    does: "Deletes copies that are of no use in the cache",
    partOf: "cache",
    ...small,
    everyMinutes: 15,
    // A cache that was turned off is emptied by it: of that, too, it is the only one to know.
    everyMinutesWithout: 24 * 60,
    access: {
      table: [
        readImages,
        transact(["Query", "PutItem", "DeleteItem"], "cache#*"),
        keepState("cache-cleaner"),
      ],
      listsCopies: true,
      copies: ["DeleteObject", "AbortMultipartUpload"],
    },
  },
  "upkeep/auditor-light": {
    does: "Compares records, lists, counters and objects",
    ...long,
    everyMinutes: 60,
    stopsItself: true,
    alarms: [
      findings(
        "auditor-light",
        "Records or bytes are damaged: imagectl audit lists them, docs/operations.md says what to do.",
      ),
    ],
    access: {
      countsUsage: true,
      scansKeys: true,
      table: [
        // Whatever belongs to an image, and its entries; each change on condition of the image or transfer.
        transact(["GetItem", "Query", "ConditionCheckItem", "PutItem", "DeleteItem"], "image#*"),
        lookAtRecords,
        transact(["GetItem", "ConditionCheckItem"], "task#*"),
        transact(["PutItem", "DeleteItem"], "list#*", "transfers#*", "tasks#*", ...deletedLists),
        transact(["GetItem", "Query", "ConditionCheckItem", "PutItem", "DeleteItem"], "metadef#*"),
        // Reads which deletions wait, and writes one for bytes that are left over; it ends none.
        transact(["GetItem", "Query", "PutItem"], "deletions#pending"),
        put("outbox#*"),
        recordFindings,
        keepState("auditor-light"),
        readHeartbeat,
      ],
      seesHeartbeat: true,
      objects: ["GetObject"],
      folders: ["ClientMount"],
      tellsMissingObjects: true,
      sendsTo: ["delete", "copy"],
    },
  },
  "upkeep/auditor-deep": {
    does: "Reads stored bytes again",
    ...long,
    // One full processor core, as hashing is most of what it does.
    memoryMegabytes: 1769,
    everyMinutes: 15,
    stopsItself: true,
    alarms: [
      findings(
        "auditor-deep",
        "Stored bytes are damaged: imagectl audit lists them, docs/operations.md says what to do.",
      ),
      {
        field: "decision",
        says: "interval not kept",
        metric: "auditor-deep-interval-not-kept",
        description:
          "Not all bytes are read again within audit_deep_interval: raise audit_deep_bytes_per_second.",
      },
    ],
    access: {
      table: [
        { actions: ["GetItem", "BatchGetItem"], partitions: ["image#*"] },
        { actions: ["Query"], partitions: ["list#*"] },
        put("image#*", "outbox#*"),
        recordFindings,
        keepState("auditor-deep"),
      ],
      objects: ["GetObject"],
      folders: ["ClientMount"],
      tellsMissingObjects: true,
      asksForChecksums: true,
      sendsTo: ["copy"],
    },
  },
  "upkeep/index-rebuild": {
    does: "Writes the entries of the lists again",
    ...long,
    ...byOperator,
    access: {
      scansKeys: true,
      table: [
        lookAtRecords,
        transact(["GetItem", "ConditionCheckItem", "DeleteItem"], "image#*"),
        transact(["GetItem", "ConditionCheckItem"], "task#*"),
        transact(["PutItem", "DeleteItem"], "list#*", "transfers#*", "tasks#*", ...deletedLists),
        transact(["GetItem", "Query", "ConditionCheckItem", "PutItem", "DeleteItem"], "metadef#*"),
        keepState("index-rebuild"),
      ],
    },
  },
  "upkeep/usage-recount": {
    does: "Counts again what projects use",
    ...long,
    ...byOperator,
    access: {
      recountsUsage: true,
      scansKeys: true,
      table: [keepState("usage-recount")],
    },
  },
  "upkeep/item-migration": {
    does: "Brings records to the present version",
    ...long,
    ...byOperator,
    access: {
      scansKeys: true,
      table: [
        lookAtRecords,
        transact(["GetItem", "Query", "PutItem"], "image#*"),
        keepState("item-migration"),
      ],
      objects: ["GetObject"],
      tellsMissingObjects: true,
    },
  },
} as const satisfies Readonly<Record<`upkeep/${string}`, JobEntry>>;
