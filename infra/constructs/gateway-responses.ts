import { corsHeaders } from "../../shared/http/cors.ts";

interface GatewayAnswer {
  readonly status: number;
  readonly title: string;
  readonly message: string;
}

const otherWays =
  "Send image data through the ingress, or with imagectl upload or the transfer API (POST /v2/images/IMAGE_ID/transfers).";

const tooMany = { status: 429, title: "Too Many Requests" };
const internal = { status: 500, title: "Internal Server Error" };
const forbidden = { status: 403, title: "Forbidden" };
const notFound = { status: 404, title: "Not Found", message: "The resource could not be found." };
const badRequest = {
  status: 400,
  title: "Bad Request",
  message: "The API gateway could not understand the request.",
};
const misconfigured = { ...internal, message: "The API gateway is not configured rightly." };

/** What the gateway answers by itself. Nothing is a 503: on a PUT clients would repeat it with an empty body. */
const answers: Readonly<Record<string, GatewayAnswer>> = {
  MISSING_AUTHENTICATION_TOKEN: notFound,
  RESOURCE_NOT_FOUND: notFound,
  REQUEST_TOO_LARGE: {
    status: 413,
    title: "Request Entity Too Large",
    message: `The API gateway takes at most 10 MB in one request. ${otherWays}`,
  },
  THROTTLED: { ...tooMany, message: "Too many requests: try again in a few seconds." },
  QUOTA_EXCEEDED: { ...tooMany, message: "The quota of requests is used up." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: "Unsupported Media Type",
    message: "The media type of the request is not supported.",
  },
  BAD_REQUEST_BODY: badRequest,
  BAD_REQUEST_PARAMETERS: badRequest,
  ACCESS_DENIED: { ...forbidden, message: "Access was denied by the API gateway." },
  WAF_FILTERED: { ...forbidden, message: "The request was refused by a firewall rule." },
  // Also what a body between a function's 6 MB and the gateway's 10 MB ends with.
  INTEGRATION_FAILURE: {
    ...internal,
    message: `The server failed on this request. If it carried more than 4 MB of image data: ${otherWays}`,
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    title: "Gateway Timeout",
    message: "The server took too long to answer; what was asked for may still be done.",
  },
  API_CONFIGURATION_ERROR: misconfigured,
  AUTHORIZER_CONFIGURATION_ERROR: misconfigured,
  AUTHORIZER_FAILURE: misconfigured,
  DEFAULT_4XX: badRequest,
  DEFAULT_5XX: { ...internal, message: "The server failed on this request." },
};

/** The one form of JSON that both the openstack and the glance CLI show (docs/reference/clients.md, "Error texts"). */
const template = ({ status: code, title, message }: GatewayAnswer): string =>
  JSON.stringify({ error: { message, code, title } });

/**
 * What lets pages read these answers. They cannot depend on the request's Origin, so only one origin, or every one,
 * can be named; pages of several origins see that the gateway refused, and not why.
 */
function corsParameters(allowedOrigins: readonly string[]): Record<string, string> {
  const [only, ...others] = allowedOrigins.includes("*") ? ["*"] : allowedOrigins;
  if (only === undefined) return {};
  const headers = corsHeaders([only], others.length === 0 ? only : undefined);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
  );
}

/** The value of `x-amazon-apigateway-gateway-responses`; pages of these origins may read the answers. */
export const gatewayResponses = (allowedOrigins: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(answers).map(([type, answer]) => [
      type,
      {
        statusCode: String(answer.status),
        responseParameters: {
          "gatewayresponse.header.x-openstack-request-id": "context.requestId",
          ...corsParameters(allowedOrigins),
        },
        responseTemplates: { "application/json": template(answer) },
      },
    ]),
  );
