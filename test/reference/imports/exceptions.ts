import { all, any, facet, isGone, request, status } from "../differential/conditions.ts";
import type { Difference } from "../differential/differences.ts";
import type { Exception } from "../differential/exceptions.ts";

const importing = request(/ POST \/v2\/images\/[^?]*\/import/);
const taskList = request(/ GET \/v2\/tasks\?/);
const endsWith =
  (...ends: readonly string[]) =>
  ({ facet: name }: Difference): boolean =>
    ends.some((end) => name.endsWith(end));
const inScript =
  (...names: readonly string[]) =>
  ({ script }: Difference): boolean =>
    names.includes(script);
/** Bytes that are not of the format that is said: the newer API refuses them, the reference's has them active. */
const mismatched = inScript(
  "an import that fails, and what comes after it",
  "formats of what is imported",
  "sources that fail",
);

/** What differs in imports and tasks, beside what differs elsewhere. */
export const importExceptions: readonly Exception[] = [
  {
    documentedAs: "| stores for staging and tasks |",
    applies: all(facet("openstack-image-store-ids"), ({ reference }) => reference.includes("os_glance_")),
  },
  {
    documentedAs: "| import methods |",
    applies: any(
      all(facet("openstack-image-import-methods"), ({ reference }) => reference.endsWith(",glance-download")),
      all(request(/ GET \/v2[.\d]*\/info\/import/), facet("body.import-methods.value[]")),
      all(importing, request(/"glance-download"/), status(/4\d\d/, 400)),
    ),
  },
  {
    documentedAs: "| odd bodies of imports |",
    applies: all(importing, any(status(500, 400), status(/202|403|409/, 400))),
  },
  {
    documentedAs: "| a store that is only read, of an import |",
    applies: any(
      all(importing, status(202, /409|410/)),
      all(
        inScript("a store that fails", "stores of what is fetched", "copies to all stores", "copy-image"),
        ({ facet: name }) =>
          /^body\.(os_glance_|os_hash_|status|size|virtual_size|checksum|stores|tasks)/.test(name),
      ),
    ),
  },
  {
    documentedAs: "| what a task says |",
    applies: all(endsWith(".message"), ({ reference }) =>
      /^(Copied \d+ MiB|Task failed due to Internal Error|)$/.test(reference),
    ),
  },
  {
    documentedAs: "| an import of staged data that fails |",
    applies: all(
      mismatched,
      any(status(409, /20[24]/), ({ facet: name }) => /^body\./.test(name)),
    ),
  },
  {
    documentedAs: "| `DELETE /v2/tasks/{id}` |",
    applies: any(
      all(request(/ DELETE \/v2\/tasks/), status(/40\d/, 405)),
      all(request(/ \/v2\/tasks/), facet("allow")),
    ),
  },
  {
    documentedAs: "| `POST /v2/tasks` |",
    applies: any(
      all(request(/ POST \/v2\/tasks/), status(/201|500/, 400)),
      all(
        inScript("a task that imports"),
        endsWith(
          "body.image_id",
          "body.owner",
          "body.virtual_size",
          "_importing_to_stores",
          "_failed_import",
        ),
      ),
    ),
  },
  {
    documentedAs: "| methods that an image's tasks do not have |",
    applies: all(request(/ \/v2\/images\/[^?]*\/tasks/), status(404, 405)),
  },
  {
    documentedAs: "| types of tasks |",
    applies: all(request(/ GET \/v2[.\d]*\/schemas\/tasks?/), endsWith("type.enum[]")),
  },
  {
    documentedAs: "| a body where none is expected |",
    applies: all(any(taskList, request(/\/schemas\/tasks? x/)), any(status(200, 400), facet("text"))),
  },
  {
    documentedAs: "| lists of tasks |",
    applies: any(
      all(taskList, facet("body.next"), isGone),
      all(taskList, request(/(limit=1&limit=2|status=success&status=failure|deleted=true)$/)),
    ),
  },
  {
    documentedAs: "| order of an image's stores and tasks |",
    applies: all(
      ({ facet: name }) => name === "body.stores" || name === "body.tasks[]",
      ({ reference, here }) =>
        [...reference.split(/[ ,]/)].sort().join() === [...here.split(/[ ,]/)].sort().join(),
    ),
  },
];
