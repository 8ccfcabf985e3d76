import { ownValue } from "../own-value.ts";
import type { GatewayResponseDefinition } from "../template/rest-api.ts";

/** What the gateway says itself, without a function. Names, statuses and texts are API Gateway's. */
const defaults = {
  DEFAULT_5XX: { status: 502, message: "Internal server error" },
  // Lambda guide, "Handling Lambda errors with an API Gateway API": a call that Lambda did not take is 500, one that it
  // took and that failed 502. The type is not named.
  INVOCATION_REJECTED: { status: 500, message: "Internal server error" },
  INTEGRATION_TIMEOUT: { status: 504, message: "Endpoint request timed out" },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: "Missing Authentication Token" },
  REQUEST_TOO_LARGE: { status: 413, message: "Request Too Long" },
  THROTTLED: { status: 429, message: "Too Many Requests" },
  // API Gateway allows 10,240 B for all headers (its guide, "Quotas") and has no gateway response of its own for more.
  HEADERS_TOO_LARGE: { status: 431, message: "Request Header Fields Too Large" },
} as const;

export type GatewayResponseType = keyof typeof defaults;

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Variables of a gateway response, without the leading `context.`, e.g. `requestId`. */
export type ResponseContext = Readonly<Record<string, string>>;

/**
 * The answer of one type: the API's own definition, else the one of DEFAULT_4XX or DEFAULT_5XX, else API
 * Gateway's `{"message": …}`.
 */
export function gatewayResponse(
  definitions: ReadonlyMap<string, GatewayResponseDefinition>,
  type: GatewayResponseType,
  context: ResponseContext,
): GatewayAnswer {
  const { status, message } = defaults[type];
  const own = definitions.get(type);
  const fallback = definitions.get(status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
  const definition = own ?? fallback;
  const variables: ResponseContext = {
    ...context,
    "error.message": message,
    "error.messageString": JSON.stringify(message),
    "error.responseType": type,
  };
  const [[mediaType, template] = ["application/json", '{"message":$context.error.messageString}']] =
    Object.entries(definition?.templates ?? {});
  return {
    status: own?.status ?? fallback?.status ?? status,
    headers: {
      "Content-Type": mediaType,
      "x-amzn-ErrorType": errorType(type),
      ...headersOf(definition?.parameters ?? {}, variables),
    },
    body: template.replace(
      /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g,
      (_, name: string) => ownValue(variables, name) ?? "",
    ),
  };
}

/** Values are a literal in single quotes or `context.NAME`. */
function headersOf(
  parameters: Readonly<Record<string, string>>,
  variables: ResponseContext,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([target]) => target.startsWith("gatewayresponse.header."))
      .map(([target, source]) => [
        target.slice("gatewayresponse.header.".length),
        source.startsWith("'")
          ? source.slice(1, -1)
          : (ownValue(variables, source.replace(/^context\./, "")) ?? ""),
      ]),
  );
}

/** `MISSING_AUTHENTICATION_TOKEN` -> `MissingAuthenticationTokenException`. */
const errorType = (type: string): string =>
  `${type.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Exception`;
