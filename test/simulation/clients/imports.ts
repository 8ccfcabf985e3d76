import { beginImport } from "../../../shared/images/operations/imports/begin-import.ts";
import type { ImportRequest } from "../../../shared/images/operations/imports/import-request.ts";
import { stageImage } from "../../../shared/images/operations/transfers/upload-image.ts";
import { demo } from "../../fakes/images/service.ts";
import type { Hands } from "./hands.ts";

const requestOf = (
  name: "glance-direct" | "copy-image",
  more: Partial<ImportRequest> = {},
): ImportRequest => ({
  ...{ method: { name }, all_stores: false, all_stores_must_succeed: true, body: {}, requestId: "req-1" },
  ...more,
});

/** Stages data and imports it, to one store or to all. */
export async function imports(hands: Hands): Promise<void> {
  const { imageId, random } = hands;
  const bytes = new Uint8Array(Buffer.from(random.of(["staged", "more staged data"])));
  await hands.ask("stage", ({ data }) => stageImage(data)(demo, imageId, bytes));
  const all_stores = random.chance(0.4);
  const request = requestOf("glance-direct", { all_stores, all_stores_must_succeed: random.chance(0.5) });
  await hands.insist("begin import", ({ imports: ports }) => beginImport(ports)(demo, imageId, request));
}

/** Has an image copied to its other stores. */
export async function copies(hands: Hands): Promise<void> {
  const request = requestOf("copy-image", {
    all_stores: true,
    all_stores_must_succeed: hands.random.chance(0.5),
  });
  await hands.insist("begin import", ({ imports: ports }) =>
    beginImport(ports)(demo, hands.imageId, request),
  );
}
