import { systemClock as clock } from "../../shared/clock.ts";
import { type ApiOperation, ok } from "../../shared/http/api-request.ts";
import { callerOf, param } from "../../shared/http/caller-of.ts";
import { withoutBody } from "../../shared/http/json-body.ts";
import { acknowledgeFinding, listFindings } from "../../shared/images/operations/integrity/show-findings.ts";
import {
  findingDocument,
  findingIdOf,
  findingsDocument,
  findingsQuery,
} from "../../shared/images/wire/finding-document.ts";
import { imageRoutes } from "../../shared/images/wire/image-routes.ts";
import { deployedSettings } from "../../shared/settings/deployed-settings.ts";
import { imageApi } from "../wiring/image-api.ts";
import { findings } from "../wiring/image-ports.ts";

const settings = deployedSettings(process.env);
const ports = { findings: findings(settings), clock };

const list: ApiOperation = async (request) =>
  ok(
    findingsDocument(
      await listFindings(ports)(callerOf(request), findingsQuery(request.query)),
      request.query,
    ),
  );

const acknowledge: ApiOperation = async (request) =>
  ok(
    findingDocument(
      await acknowledgeFinding(ports)(callerOf(request), findingIdOf(param(request, "finding_id"))),
    ),
  );

export const handler = imageApi("audit", settings, {
  routes: imageRoutes,
  operations: { listFindings: withoutBody(list), acknowledgeFinding: withoutBody(acknowledge) },
});
