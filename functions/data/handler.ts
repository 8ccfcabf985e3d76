import { servedFromCache } from "../../shared/cache/operations/serve-image.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { type ApiOperation, noContent } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { withoutBody } from "../../shared/http/json-body.ts";
import { createLogger } from "../../shared/http/logger.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { downloadImage, followImage } from "../../shared/images/operations/transfers/download-image.ts";
import { stageImage, uploadImage } from "../../shared/images/operations/transfers/upload-image.ts";
import { followAnswer, followedFrom } from "../../shared/images/wire/followed-copy.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { noteRefusedUpload } from "../../shared/images/wire/note-refused-upload.ts";
import { preferredStores } from "../../shared/images/wire/preferred-stores.ts";
import {
  announcesNothing,
  checkReceived,
  requireOctetStream,
  wantedStoreOf,
} from "../../shared/images/wire/upload-headers.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { cacheRecords, copyStore } from "../wiring/cache-ports.ts";
import { imageApi } from "../wiring/image-api.ts";
import { copyingStore, refusedUploads } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { notifications } from "../wiring/notifications.ts";
import { signingCertificates } from "../wiring/signing-certificates.ts";
import { servedStores, stores } from "../wiring/stores.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const logger = createLogger("data");
const ports = {
  images: copyingStore(settings, queue),
  stores: stores(),
  queue,
  configured: configuredStores(settings),
  cached: servedFromCache({
    records: cacheRecords(),
    copies: copyStore(),
    queue,
    clock,
    settings,
    report: (error) => logger.warn("a use of the cache was not noted", { error }),
  }),
  notify: notifications(settings, queue),
  limits: limits(settings),
  refused: refusedUploads(),
  clock,
  settings,
};

const read = { ...ports, stores: servedStores(ports.stores) };
const follow = followImage(read);

const take =
  (store: typeof uploadImage | typeof stageImage): ApiOperation =>
  async (request) => {
    requireOctetStream(request.headers.get("content-type"));
    const { headers, body: bytes } = request;
    checkReceived(headers, bytes.length);
    const announced = bytes.length > 0 || announcesNothing(headers);
    const wanted = wantedStoreOf(headers);
    const certificates = signingCertificates(settings, headers.get("x-auth-token"));
    const caller = callerOf(request);
    await store({ ...ports, certificates })(caller, param(request, "image_id"), bytes, announced, wanted);
    return bytes.length === 0 ? { ...noContent, warning: "took an upload without data" } : noContent;
  };

// Only to our own bucket: clients send X-Auth-Token along to wherever a redirect leads.
const download: ApiOperation = async (request) => {
  const prefer = preferredStores(request.query, ports.configured);
  const first = followedFrom(request.headers);
  if (first !== undefined) {
    const followed = await follow(callerOf(request), param(request, "image_id"), prefer, first);
    return followed === undefined ? noContent : followAnswer(followed);
  }
  const url = await downloadImage(read)(callerOf(request), param(request, "image_id"), prefer);
  return url === undefined ? noContent : { status: 302, headers: { Location: url } };
};

export const handler = imageApi("data", settings, {
  routes: imageRoutes,
  operations: {
    uploadImage: take(uploadImage),
    stageImage: take(stageImage),
    downloadImage: withoutBody(download),
  },
  onRefused: noteRefusedUpload(ports),
});
