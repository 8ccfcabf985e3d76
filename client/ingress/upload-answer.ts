import { GlanceError, Gone } from "../../shared/errors.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { PartFailed } from "../transfer/part-uploader.ts";
import { ApiRefused } from "../transfer/transfer-api.ts";
import { TransferEnded } from "../transfer/transfer-state.ts";
import { faultAnswer, type OwnAnswer } from "./answer.ts";
import type { ClientExchange } from "./client-exchange.ts";
import { Refusal } from "./refusal.ts";
import { BodyBroken, BodyStalled } from "./request-body.ts";
import { rewriteHeaders } from "./rewrite.ts";
import { ShuttingDown } from "./running-uploads.ts";
import type { UploadCounts } from "./upload.ts";

type Phase = UploadCounts["phase"];

const outlook: Record<Phase, string> = {
  opening: "Nothing was stored. If a repeat is answered with 409, the image is free again within a minute.",
  sending: "The image is queued again and the upload can be repeated.",
  completing: "All data has arrived; the image's status shows what became of it.",
};

/**
 * Whether the API's refusal is the client's to see. After 401 clients log in again and repeat the PUT without a body,
 * so it is passed on only before anything was sent; 429 is passed on only to make the client repeat.
 */
const isClientsToSee = (status: number, phase: Phase): boolean =>
  status >= 400 &&
  status < 500 &&
  status !== 429 &&
  (phase === "opening" || (status !== 401 && status !== 404));

function passOn({ answer }: ApiRefused, bases: { endpoint: string; publicUrl: string }): OwnAnswer {
  const challenge = answer.headers["www-authenticate"] ?? answer.headers["x-amzn-remapped-www-authenticate"];
  const requestId = answer.headers["x-openstack-request-id"];
  const headers = {
    "content-type": answer.headers["content-type"] ?? "text/html; charset=UTF-8",
    ...(challenge === undefined ? {} : { "www-authenticate": challenge }),
    ...(requestId === undefined ? {} : { "x-openstack-request-id": requestId }),
  };
  return { status: answer.status, headers: rewriteHeaders(headers, answer.status, bases), body: answer.body };
}

function refusalOf(error: unknown, phase: Phase): GlanceError {
  if (error instanceof GlanceError) return error;
  if (error instanceof ApiRefused && error.status === 404)
    return new Gone("The image was deleted during the upload.");
  if (error instanceof TransferEnded) {
    const { code, message } = error.status.failure ?? { code: 500, message: error.message };
    return new Refusal(code >= 400 && code < 500 && code !== 401 ? code : 500, message);
  }
  if (error instanceof BodyStalled) return new Refusal(408, `The upload was given up: ${error.message}.`);
  const isTimeout =
    (error instanceof ExchangeFailed && error.kind === "timeout") ||
    (error instanceof ApiRefused && error.status === 504);
  const isKnown = [ExchangeFailed, ApiRefused, PartFailed, ShuttingDown].some(
    (kind) => error instanceof kind,
  );
  const reason =
    isKnown && error instanceof Error ? error.message : "an error of the ingress, which its log describes";
  // Never 503: clients repeat the PUT with an empty body, or the rest of it.
  return new Refusal(isTimeout ? 504 : 500, `The upload failed (${phase}): ${reason}. ${outlook[phase]}`);
}

/** What a failed upload is answered with; undefined when the client is not there any more. */
export function uploadAnswer(
  error: unknown,
  phase: Phase,
  exchange: ClientExchange,
  endpoint: string,
): OwnAnswer | undefined {
  if (error instanceof BodyBroken) return undefined;
  if (error instanceof ApiRefused && isClientsToSee(error.status, phase)) {
    return passOn(error, { endpoint, publicUrl: exchange.publicUrl });
  }
  return faultAnswer(refusalOf(error, phase), exchange);
}
