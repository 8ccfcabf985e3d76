import { expect, it } from "vitest";
import { BadRequest, Conflict } from "../../../../shared/errors.ts";
import { isRefusal } from "../../../../shared/images/operations/is-refusal.ts";
import { BlobStoreFailed } from "../../../../shared/images/ports/blob-store.ts";
import { RevisionConflict } from "../../../../shared/images/ports/image-store.ts";

it.each([
  [new BadRequest("no"), true],
  [new Conflict("taken"), true],
  // Another run was faster: it is decided again.
  [new RevisionConflict(), false],
  [new BlobStoreFailed("away"), false],
  [new Error("anything"), false],
])("%s: %s", (error, expected) => {
  expect(isRefusal(error)).toBe(expected);
});
