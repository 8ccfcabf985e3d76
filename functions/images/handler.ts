import { forgettingDeleted } from "../../shared/cache/operations/forgetting-deleted.ts";
import type { Caller } from "../../shared/caller.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { NotFound } from "../../shared/errors.ts";
import { type ApiOperation, noContent, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { jsonBody, jsonObject, withoutBody } from "../../shared/http/json-body.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { pageLinks } from "../../shared/http/page-links.ts";
import { addTag, removeTag } from "../../shared/images/operations/change-tag.ts";
import { createImage } from "../../shared/images/operations/create-image.ts";
import { deactivateImage, reactivateImage } from "../../shared/images/operations/deactivate-image.ts";
import { deleteImage } from "../../shared/images/operations/delete-image.ts";
import { listImages } from "../../shared/images/operations/list-images.ts";
import { showUsage } from "../../shared/images/operations/quotas/show-usage.ts";
import { showImage } from "../../shared/images/operations/show-image.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { deleteFromStore } from "../../shared/images/operations/stores/delete-from-store.ts";
import { updateImage } from "../../shared/images/operations/update-image.ts";
import { attributeCheck } from "../../shared/images/wire/attribute-schema.ts";
import { imageDocument } from "../../shared/images/wire/image-document.ts";
import { imageQuery } from "../../shared/images/wire/image-query.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { importMethodsHeader } from "../../shared/images/wire/import-methods.ts";
import { integrityDocument } from "../../shared/images/wire/integrity-document.ts";
import { patchParser } from "../../shared/images/wire/json-patch.ts";
import { newImage } from "../../shared/images/wire/new-image.ts";
import { storeIdsHeader } from "../../shared/images/wire/store-document.ts";
import { showContradictions } from "../../shared/metadefs/operations/show-contradictions.ts";
import { contradictionsDocument } from "../../shared/metadefs/wire/contradictions-document.ts";
import { metadefRoutes } from "../../shared/metadefs/wire/metadef-routes.ts";
import { warningHeader } from "../../shared/metadefs/wire/warning-header.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { cacheRecords } from "../wiring/cache-ports.ts";
import { imageApi } from "../wiring/image-api.ts";
import { copyingStore, imageLists, usageStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { catalogue } from "../wiring/metadef-ports.ts";
import { propertyRules } from "../wiring/property-rules.ts";
import { sources } from "../wiring/sources.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const stores = configuredStores(settings);
const logger = createLogger("images");
const ports = {
  images: forgettingDeleted(copyingStore(settings, queue), {
    ...{ records: cacheRecords(), queue, clock, settings },
    report: (error) => logger.warn("a deleted image was not taken out of the cache", { error }),
  }),
  lists: imageLists(),
  usage: usageStore(),
  limits: limits(settings),
  configured: stores,
  clock,
  settings,
  sources: sources(settings),
};
const { show_multiple_locations, show_image_direct_url } = settings;
const shown = { ...stores, show_multiple_locations, show_image_direct_url };
const check = attributeCheck(settings);
const rulesForRequest = propertyRules(settings);
const definitions = { namespaces: catalogue(), clock };

const create: ApiOperation = async (request) => {
  const rules = rulesForRequest();
  const image = await createImage({ ...ports, rules })(
    callerOf(request),
    newImage(jsonObject(request), check),
  );
  return {
    status: 201,
    headers: {
      Location: `${request.publicUrl}/v2/images/${image.id}`,
      ...storeIdsHeader(stores),
      ...importMethodsHeader(settings),
      ...warningHeader(rules.warnings),
    },
    body: imageDocument(image, shown),
  };
};

const show: ApiOperation = async (request) =>
  ok(imageDocument(await showImage(ports)(callerOf(request), param(request, "image_id")), shown));

const integrity: ApiOperation = async (request) =>
  ok(integrityDocument(await showImage(ports)(callerOf(request), param(request, "image_id"))));

const contradictions: ApiOperation = async (request) => {
  const caller = callerOf(request);
  const image = await showImage(ports)(caller, param(request, "image_id"));
  return ok(
    contradictionsDocument(image.id, await showContradictions(definitions)(caller, image.properties)),
  );
};

const list: ApiOperation = async (request) => {
  const page = await listImages(ports)(callerOf(request), imageQuery(request.query, settings));
  return ok({
    images: page.entries.map((image) => imageDocument(image, shown)),
    ...pageLinks(request.query, page.more ? page.entries.at(-1)?.id : undefined),
    schema: "/v2/schemas/images",
  });
};

const update: ApiOperation = async (request) => {
  const operations = patchParser(request.headers.get("content-type"))(jsonBody(request), check);
  const rules = rulesForRequest();
  const update = updateImage({ ...ports, rules });
  const image = await update(callerOf(request), param(request, "image_id"), operations);
  return { ...ok(imageDocument(image, shown)), headers: warningHeader(rules.warnings) };
};

/** An operation that is told by the path alone which image, and says nothing but that it is done. */
const done =
  (act: (caller: Caller, id: string) => Promise<void>): ApiOperation =>
  async (request) => {
    await act(callerOf(request), param(request, "image_id"));
    return noContent;
  };

const tagging =
  (change: (caller: Caller, id: string, tag: string) => Promise<void>): ApiOperation =>
  async (request) => {
    const tag = param(request, "tag_value");
    // Only an encoded one comes as far as this; Glance routes no such path.
    if (tag.includes("/")) throw new NotFound("The resource could not be found.");
    await change(callerOf(request), param(request, "image_id"), tag);
    return noContent;
  };

const fromStore: ApiOperation = async (request) => {
  const remove = deleteFromStore(ports);
  await remove(callerOf(request), param(request, "store_id"), param(request, "image_id"));
  return noContent;
};

const usage: ApiOperation = async (request) => ok({ usage: await showUsage(ports)(callerOf(request)) });

export const handler = imageApi("images", settings, {
  routes: [...imageRoutes, ...metadefRoutes],
  operations: {
    createImage: create,
    showImage: withoutBody(show),
    showIntegrity: withoutBody(integrity),
    showContradictions: withoutBody(contradictions),
    listImages: list,
    updateImage: update,
    deleteImage: withoutBody(done(deleteImage(ports))),
    deactivateImage: withoutBody(done(deactivateImage(ports))),
    reactivateImage: withoutBody(done(reactivateImage(ports))),
    addTag: withoutBody(tagging(addTag(ports))),
    removeTag: withoutBody(tagging(removeTag(ports))),
    deleteFromStore: withoutBody(fromStore),
    showUsage: usage,
  },
});
