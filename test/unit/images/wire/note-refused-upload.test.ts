import { Logger } from "@aws-lambda-powertools/logger";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { expect, test } from "vitest";
import { BadRequest, Forbidden, NotFound, Unauthorized } from "../../../../shared/errors.ts";
import { apiHandler } from "../../../../shared/http/api-handler.ts";
import { noContent } from "../../../../shared/http/api-request.ts";
import { noteRefusedUpload } from "../../../../shared/images/wire/note-refused-upload.ts";
import { imageApiRoutes } from "../../../../shared/routes.ts";
import { memoryRefusedUploads } from "../../../fakes/images/memory-refused-uploads.ts";
import { demo } from "../../../fakes/images/service.ts";

const id = "12345678-1234-1234-1234-123456789abc";
const file = "/{version}/images/{image_id}/file";
const stage = "/{version}/images/{image_id}/stage";
const transfers = "/{version}/images/{image_id}/transfers";
const clock = () => new Date("2026-01-01T00:00:00.000Z");
const until = "2026-01-01T00:10:00.000Z";

interface Sent {
  readonly method?: string;
  readonly resource?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | null;
  readonly imageId?: string;
}

/** The answer's status and what is remembered of the image behind it. */
async function refuse(
  error: Error | undefined,
  { method = "PUT", resource = file, headers = {}, body = "data", imageId = id }: Sent,
  refused = memoryRefusedUploads(),
) {
  const operation = async () => {
    if (error) throw error;
    return noContent;
  };
  const handler = apiHandler({
    routes: imageApiRoutes,
    operations: {
      uploadImage: operation,
      stageImage: operation,
      createTransfer: operation,
      updateImage: operation,
    },
    tokens: { verify: async () => demo },
    logger: new Logger({ logLevel: "SILENT" }),
    publicEndpoint: "http://api",
    allowedOrigins: [],
    onRefused: noteRefusedUpload({ refused, clock }),
  });
  const event = {
    httpMethod: method,
    path: resource,
    resource,
    pathParameters: { version: "v2", image_id: imageId },
    multiValueHeaders: Object.fromEntries(
      Object.entries({ "X-Auth-Token": "t", ...headers }).map(([name, value]) => [name, [value]]),
    ),
    requestContext: {},
    body,
  } as unknown as APIGatewayProxyEvent;
  const { statusCode } = await handler(event, {} as Context);
  return { status: statusCode, noted: await refused.rememberedUntil(imageId) };
}

const opens = (body: unknown): Sent => ({ method: "POST", resource: transfers, body: JSON.stringify(body) });

test.each<[string, Sent]>([
  ["a PUT", {}],
  ["a staging PUT", { resource: stage }],
  ["a PUT that lost its data but announced some", { body: null, headers: { "X-OpenStack-Image-Size": "7" } }],
  ["the opening of a transfer", opens({ size: 7 })],
  ["of one of unknown size", opens({ size: null })],
  ["of one without a body", { ...opens({}), body: null }],
])("%s with data is remembered for ten minutes when it is refused", async (_, sent) => {
  expect(await refuse(new Unauthorized(), sent)).toEqual({ status: 401, noted: until });
  expect(await refuse(new BadRequest("no"), sent)).toEqual({ status: 400, noted: until });
  expect(await refuse(new Error("boom"), sent)).toEqual({ status: 500, noted: until });
});

test.each<[string, Error | undefined, Sent]>([
  ["an empty PUT", new Unauthorized(), { body: null, headers: { "X-OpenStack-Image-Size": "0" } }],
  ["a chunked empty one", new Unauthorized(), { body: null }],
  ["an empty transfer", new Unauthorized(), opens({ size: 0 })],
  ["what is no JSON", new BadRequest("no"), { ...opens({}), body: "{" }],
  ["a caller who may not upload", new Forbidden("no"), {}],
  ["a caller who does not see the image", new NotFound("no"), {}],
  ["what is no image id", new Unauthorized(), { imageId: "x".repeat(36) }],
  ["another route", new Unauthorized(), { method: "PATCH", resource: "/{version}/images/{image_id}" }],
  ["an upload that was taken", undefined, {}],
])("%s is not remembered", async (_, error, sent) => {
  expect((await refuse(error, sent)).noted).toBeUndefined();
});

test("a 401 that cannot be remembered is answered as 500, after which nobody repeats", async () => {
  const failing = {
    ...memoryRefusedUploads(),
    note: async () => {
      throw new Error("throttled");
    },
  };
  expect((await refuse(new Unauthorized(), {}, failing)).status).toBe(500);
  expect((await refuse(new BadRequest("no"), {}, failing)).status).toBe(400);
});
