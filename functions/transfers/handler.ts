import { systemClock as clock } from "../../shared/clock.ts";
import { type ApiOperation, type ApiRequest, noContent, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { jsonObject } from "../../shared/http/json-body.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { abortTransfer } from "../../shared/images/operations/transfers/abort-transfer.ts";
import { completeTransfer } from "../../shared/images/operations/transfers/complete-transfer.ts";
import { noteBrokenUpload } from "../../shared/images/operations/transfers/note-broken-upload.ts";
import { openTransfer } from "../../shared/images/operations/transfers/open-transfer.ts";
import { showTransfer } from "../../shared/images/operations/transfers/show-transfer.ts";
import { signParts } from "../../shared/images/operations/transfers/sign-parts.ts";
import type { TransferAccess } from "../../shared/images/operations/transfers/transfer-access.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { noteRefusedUpload } from "../../shared/images/wire/note-refused-upload.ts";
import {
  openedDocument,
  transferDocument,
  transferViewDocument,
} from "../../shared/images/wire/transfer-document.ts";
import {
  completionOf,
  partMarker,
  partRequests,
  tellsOfBroken,
  transferRequest,
} from "../../shared/images/wire/transfer-request.ts";
import { wantedStoreOf } from "../../shared/images/wire/upload-headers.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { hintingStore, refusedUploads, usageStore } from "../wiring/image-ports.ts";
import { limits } from "../wiring/limits.ts";
import { signingCertificates } from "../wiring/signing-certificates.ts";
import { stores } from "../wiring/stores.ts";
import { logins } from "../wiring/token-verifier.ts";
import { workQueue } from "../wiring/work-queue.ts";

const settings = deployedSettings(process.env);
const queue = workQueue();
const ports = {
  images: hintingStore(settings, queue),
  stores: stores(),
  configured: configuredStores(settings),
  queue,
  limits: limits(settings),
  usage: usageStore(),
  refused: refusedUploads(),
  logins: logins(settings),
  clock,
  settings,
};

/** With the certificates that this request's caller may read. */
const portsFor = ({ headers }: ApiRequest) => ({
  ...ports,
  certificates: signingCertificates(settings, headers.get("x-auth-token")),
});

const accessOf = (request: ApiRequest): TransferAccess => ({
  caller: request.caller,
  token: request.headers.get("x-image-transfer-token"),
});
const refOf = (request: ApiRequest) => ({
  imageId: param(request, "image_id"),
  transferId: param(request, "transfer_id"),
});

const open: ApiOperation = async (request) => {
  const imageId = param(request, "image_id");
  const body = request.body.length === 0 ? {} : jsonObject(request);
  const wanted = transferRequest(body, settings, wantedStoreOf(request.headers));
  const caller = callerOf(request);
  if (tellsOfBroken(body)) {
    await noteBrokenUpload(ports)(caller, imageId, wanted);
    return noContent;
  }
  const opened = await openTransfer(portsFor(request))(caller, imageId, wanted);
  const Location = `${request.publicUrl}/v2/images/${imageId}/transfers/${opened.transfer.id}`;
  const answer = { status: 201, headers: { Location }, body: openedDocument(opened, caller) };
  return wanted.size === 0 ? { ...answer, warning: "begins an upload without data" } : answer;
};

const show: ApiOperation = async (request) =>
  ok(
    transferViewDocument(
      await showTransfer(ports)(accessOf(request), refOf(request), partMarker(request.query)),
    ),
  );

const sign: ApiOperation = async (request) =>
  ok(await signParts(ports)(accessOf(request), refOf(request), partRequests(jsonObject(request))));

const complete: ApiOperation = async (request) => {
  const attempt = await completeTransfer(portsFor(request))(
    accessOf(request),
    refOf(request),
    completionOf(jsonObject(request)),
  );
  return { status: attempt.transfer.state === "complete" ? 200 : 202, body: transferDocument(attempt) };
};

const abort: ApiOperation = async (request) => {
  await abortTransfer(ports)(accessOf(request), refOf(request), {
    broken: request.query.get("broken") === "true",
  });
  return noContent;
};

export const handler = imageApi("transfers", settings, {
  routes: imageRoutes,
  operations: {
    createTransfer: open,
    showTransfer: show,
    signParts: sign,
    completeTransfer: complete,
    abortTransfer: abort,
  },
  onRefused: noteRefusedUpload(ports),
});
