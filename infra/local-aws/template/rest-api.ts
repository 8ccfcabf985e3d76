import { wildcard } from "../iam/wildcard.ts";
import { list, optionalText, property, refuse, text } from "./properties.ts";
import type { Resource } from "./resources.ts";

/** One method of the API's OpenAPI document and the function behind it. */
export interface RouteDefinition {
  /** API Gateway's form: `/books/{id}`, `/{proxy+}`. */
  readonly path: string;
  /** Upper case; `ANY` for `x-amazon-apigateway-any-method`. */
  readonly method: string;
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

/** What the gateway says itself, e.g. for `REQUEST_TOO_LARGE`; unset members keep API Gateway's default. */
export interface GatewayResponseDefinition {
  readonly status?: number;
  /** `gatewayresponse.header.NAME` -> `'literal'` or `context.variable`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Media type -> text with `$context.…` variables. */
  readonly templates: Readonly<Record<string, string>>;
}

export interface RestApiDefinition {
  readonly id: string;
  readonly stage: string;
  readonly routes: readonly RouteDefinition[];
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseDefinition>;
  /** Media types whose bodies reach functions as base64. */
  readonly binaryMediaTypes: readonly string[];
}

interface Integration {
  readonly type?: string;
  readonly uri?: string;
  readonly timeoutInMillis?: number | string;
}

type Body = Readonly<Record<string, unknown>> & {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

const anyMethod = "x-amazon-apigateway-any-method";
const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", anyMethod]);
const integrationDefault = 29_000;

/**
 * The app's one `AWS::ApiGateway::RestApi`, made of its OpenAPI body, with its stage and gateway responses.
 * Throws when a method's integration is no Lambda proxy, or when no `AWS::Lambda::Permission` lets the API
 * invoke the function: on AWS such a route answers 500.
 */
export function restApiOf(resources: readonly Resource[]): RestApiDefinition | undefined {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const [api, ...others] = ofType("AWS::ApiGateway::RestApi");
  if (!api) return undefined;
  if (others.length > 0) throw new Error("the local runtime serves one REST API, the app has more");
  refuse(api, "BodyS3Location", "Policy", "CloneFrom");

  const body = property(api, "Body") as Body | undefined;
  if (!body)
    throw new Error(`${api.logicalId} has no Body: the local runtime reads the API's OpenAPI document`);
  const stage = ofType("AWS::ApiGateway::Stage").find((candidate) => text(candidate, "RestApiId") === api.id);
  if (!stage) throw new Error(`${api.logicalId} has no stage`);

  const routes = Object.entries(body.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) => routeOf(path, method, operation)),
  );
  const permissions = ofType("AWS::Lambda::Permission").filter(
    (permission) => text(permission, "Principal") === "apigateway.amazonaws.com",
  );
  for (const route of routes) checkPermission(api, stage.id, route, permissions);

  return {
    id: api.id,
    stage: text(stage, "StageName"),
    routes,
    gatewayResponses: new Map([
      ...Object.entries(
        (body["x-amazon-apigateway-gateway-responses"] ?? {}) as Record<string, DeclaredInBody>,
      ).map(
        ([type, declared]) =>
          [
            type,
            gatewayResponse(declared.statusCode, declared.responseParameters, declared.responseTemplates),
          ] as const,
      ),
      ...ofType("AWS::ApiGateway::GatewayResponse").map(
        (one) =>
          [
            text(one, "ResponseType"),
            gatewayResponse(
              optionalText(one, "StatusCode"),
              property(one, "ResponseParameters") as Texts | undefined,
              property(one, "ResponseTemplates") as Texts | undefined,
            ),
          ] as const,
      ),
    ]),
    binaryMediaTypes: [
      ...list<string>(api, "BinaryMediaTypes"),
      ...((body["x-amazon-apigateway-binary-media-types"] ?? []) as string[]),
    ],
  };
}

function routeOf(path: string, method: string, operation: unknown): RouteDefinition {
  const {
    type,
    uri = "",
    timeoutInMillis = integrationDefault,
  } = (operation as { "x-amazon-apigateway-integration"?: Integration })["x-amazon-apigateway-integration"] ??
  {};
  const functionArn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (type?.toLowerCase() !== "aws_proxy" || functionArn === undefined) {
    throw new Error(`${method} ${path} is no Lambda proxy integration: the local gateway has no other`);
  }
  return {
    path,
    method: method === anyMethod ? "ANY" : method.toUpperCase(),
    functionArn,
    timeoutMilliseconds: Number(timeoutInMillis),
  };
}

function checkPermission(
  api: Resource,
  stage: string,
  route: RouteDefinition,
  permissions: readonly Resource[],
): void {
  const [method, path] = [route.method === "ANY" ? "*" : route.method, route.path.replace(/\{[^}]*\}/g, "*")];
  const called = `${api.arn}/${stage}/${method}${path}`;
  const functionName = route.functionArn.split(":").at(-1);
  const allowed = permissions.some(
    (permission) =>
      [route.functionArn, functionName].includes(text(permission, "FunctionName")) &&
      wildcard(optionalText(permission, "SourceArn") ?? "*")(called),
  );
  if (!allowed)
    throw new Error(
      `no AWS::Lambda::Permission lets the API invoke ${functionName} for ${route.method} ${route.path}`,
    );
}

type Texts = Readonly<Record<string, string>>;

interface DeclaredInBody {
  readonly statusCode?: string | number;
  readonly responseParameters?: Texts;
  readonly responseTemplates?: Texts;
}

const gatewayResponse = (
  status: string | number | undefined,
  parameters: Texts = {},
  templates: Texts = {},
): GatewayResponseDefinition => ({
  ...(status !== undefined && { status: Number(status) }),
  parameters,
  templates,
});
