import { KMSClient } from "@aws-sdk/client-kms";
import { boundedClient } from "../../shared/aws/bounded-waits.ts";
import { kmsSigningKey } from "../../shared/aws/kms-signing-key.ts";
import { systemClock as clock } from "../../shared/clock.ts";
import { environment } from "../../shared/environment.ts";
import { type ApiOperation, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { withoutBody } from "../../shared/http/json-body.ts";
import { dynamodbProvenanceRecords } from "../../shared/images/adapters/dynamodb/provenance-records.ts";
import { showProvenance } from "../../shared/images/operations/provenance/show-provenance.ts";
import { configuredStores } from "../../shared/images/operations/stores/configured-stores.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { provenanceKeysDocument } from "../../shared/images/wire/provenance-keys-document.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { imageStore } from "../wiring/image-ports.ts";
import { table } from "../wiring/table.ts";

const settings = deployedSettings(process.env);
const records = dynamodbProvenanceRecords(...table());
const ports = {
  images: imageStore(),
  records,
  signer: settings.image_provenance
    ? kmsSigningKey({ client: boundedClient(KMSClient, {}), keyId: environment("statementKeyId") })
    : undefined,
  configured: configuredStores(settings),
  service: settings.public_endpoint,
  clock,
};

const show: ApiOperation = async (request) =>
  ok(await showProvenance(ports)(callerOf(request), param(request, "image_id")));

/** A new one comes rarely, and always before its first statement. Those of earlier statements are told even where none are signed any more. */
const keys: ApiOperation = async () =>
  ok(provenanceKeysDocument(await records.keys()), { "Cache-Control": "public, max-age=300" });

export const handler = imageApi("provenance", settings, {
  routes: imageRoutes,
  operations: { showProvenance: withoutBody(show), listProvenanceKeys: withoutBody(keys) },
});
