import type { ApiFunction } from "../../shared/routes.ts";
import type { FunctionEntry } from "./entry.ts";
import {
  changeCache,
  changeCatalogue,
  closeTransfers,
  forgetCached,
  noteCacheUse,
  put,
  readCatalogue,
  readImages,
  readTokenKeys,
  rememberRefused,
  touchTransfers,
  transact,
} from "./grants.ts";

/** A function must answer before the gateway's 29 s are over, or its work is done and the client told otherwise. */
const timeoutSeconds = 25;

/** Called by API Gateway, each for the routes that name it. */
export const apiFunctions = {
  discovery: {
    does: "Versions, schemas, health, and what the service offers",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      table: [readTokenKeys],
      judgesTokens: true,
    },
  },
  images: {
    does: "Images: create, list, show, change, delete",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      countsUsage: true,
      readsLimits: true,
      table: [
        readTokenKeys,
        { actions: ["GetItem", "BatchGetItem"], partitions: ["image#*"] },
        put("image#*", "list#*", "outbox#*", "deletions#*"),
        transact(["Query", "DeleteItem"], "list#*"),
        closeTransfers,
        readCatalogue,
        forgetCached,
      ],
      sendsTo: ["delete", "notify", "cache", "copy"],
    },
  },
  locations: {
    does: "Places of images' data at other hosts",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      countsUsage: true,
      readsLimits: true,
      table: [readTokenKeys, readImages, put("image#*", "outbox#*", "transfers#*")],
      sendsTo: ["sources", "notify"],
    },
  },
  members: {
    does: "Projects that an image is shared with",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      table: [
        readTokenKeys,
        { actions: ["GetItem", "Query"], partitions: ["image#*"] },
        put("image#*", "list#*", "outbox#*"),
        transact(["DeleteItem"], "image#*", "list#*"),
      ],
      sendsTo: ["notify"],
    },
  },
  data: {
    does: "Bytes of images through the gateway: small uploads, and redirects of downloads",
    // Holds a body of some MB as base64 and as bytes, and hashes it.
    memoryMegabytes: 1024,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      countsUsage: true,
      readsLimits: true,
      readsSigningCertificates: true,
      table: [
        readTokenKeys,
        readImages,
        put("image#*", "outbox#*", "deletions#*", "transfers#*"),
        closeTransfers,
        rememberRefused,
        ...noteCacheUse,
      ],
      objects: ["GetObject", "PutObject"],
      // Of several places it passes over those that have lost the bytes, and asks no more of them than that.
      tellsMissingObjects: true,
      copies: ["GetObject"],
      sendsTo: ["delete", "notify", "cache", "copy", "place"],
    },
  },
  transfers: {
    does: "Uploads in presigned parts",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      countsUsage: true,
      readsLimits: true,
      readsSigningCertificates: true,
      table: [
        readTokenKeys,
        readImages,
        put("image#*", "outbox#*", "deletions#*", "transfers#*"),
        touchTransfers,
        closeTransfers,
        rememberRefused,
      ],
      objects: ["GetObject", "PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"],
      tellsMissingObjects: true,
      sendsTo: ["finalize", "delete", "notify"],
    },
  },
  imports: {
    does: "Imports of images' data, and tasks",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      countsUsage: true,
      readsLimits: true,
      readsSigningCertificates: true,
      table: [
        readTokenKeys,
        { actions: ["GetItem"], partitions: ["image#*"] },
        { actions: ["GetItem", "BatchGetItem"], partitions: ["task#*"] },
        { actions: ["Query"], partitions: ["tasks#*"] },
        put("image#*", "list#*", "outbox#*", "task#*", "tasks#*"),
        readCatalogue,
        // Of the task whose lock is taken over.
        transact(["DeleteItem"], "tasks#*"),
      ],
      sendsTo: ["import", "fetch", "notify"],
    },
  },
  // Restores and recovers deleted images: removes delete markers, which is the deletion of a version to S3.
  recovery: {
    does: "Deleted images brought back",
    memoryMegabytes: 256,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      countsUsage: true,
      table: [
        readTokenKeys,
        readImages,
        put("image#*", "list#*", "outbox#*", "deletions#*"),
        transact(["Query", "DeleteItem"], "deletions#*"),
      ],
      objects: ["DeleteObjectVersion"],
      listsVersions: true,
      sendsTo: ["finalize", "delete", "notify"],
    },
  },
  cache: {
    does: "The cache: what is in it, what is to come into it, and what goes",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      table: [readTokenKeys, { actions: ["GetItem"], partitions: ["image#*"] }, ...changeCache],
      sendsTo: ["cache"],
    },
  },
  audit: {
    does: "What is known of images' bytes, and what audits found",
    memoryMegabytes: 256,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      table: [readTokenKeys, transact(["GetItem", "Query", "PutItem"], "findings#*")],
    },
  },
  // Of its own, so that nobody else may sign with that key.
  provenance: {
    does: "Signed statements of what is stored of images, and the keys to verify them with",
    memoryMegabytes: 256,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      table: [
        readTokenKeys,
        readImages,
        { actions: ["GetItem", "Query", "PutItem"], partitions: ["provenance#*"] },
      ],
      signsStatements: true,
    },
  },
  metadefs: {
    does: "Metadata definitions: namespaces, objects, properties, tags, resource types",
    memoryMegabytes: 512,
    timeoutSeconds,
    access: {
      judgesTokens: true,
      table: [readTokenKeys, ...changeCatalogue],
      sendsTo: ["notify"],
    },
  },
  identity: {
    does: "Tokens, users, projects and roles, in Keystone's form",
    // Password hashing is meant to be heavy in memory and processor time.
    memoryMegabytes: 1024,
    timeoutSeconds,
    access: {
      table: [
        transact(
          ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"],
          "identity#*",
        ),
      ],
      tokenKey: ["Sign", "GetPublicKey"],
    },
  },
} as const satisfies Readonly<Record<ApiFunction, FunctionEntry>>;
