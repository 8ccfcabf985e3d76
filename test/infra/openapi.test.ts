import { describe, expect, test } from "vitest";
import { gatewayDocument, RESOURCES_MAX } from "../../infra/constructs/gateway-document.ts";
import { routes } from "../../shared/routes.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly "x-amazon-apigateway-integration"?: unknown;
}
const ANY = "x-amazon-apigateway-any-method";
const operationsOf = (paths: Record<string, Record<string, unknown>>, path: string) =>
  (paths[path] ?? {}) as Record<string, Operation>;

describe("the gateway's document", () => {
  const document = gatewayDocument("a title", (fn) => fn);
  const paths = document.paths as Record<string, Record<string, unknown>>;
  const integration = (path: string, method: string) =>
    operationsOf(paths, path)[method]?.["x-amazon-apigateway-integration"];

  test("sends every route to its function", () => {
    for (const route of routes)
      expect(integration(route.path, route.method.toLowerCase())).toBe(route.function);
  });

  test("has every route once, with its parameters and an id of its own", () => {
    expect(document.openapi).toBe("3.0.3");
    const ids = routes.map(({ method, path }) => {
      const operation = operationsOf(paths, path)[method.toLowerCase()];
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation?.parameters?.map(({ name }) => name) ?? []).toEqual(named);
      expect(Object.keys(operation?.responses ?? {}).length).toBeGreaterThan(0);
      return operation?.operationId;
    });
    expect(new Set(ids).size).toBe(routes.length);
  });

  test("sends any other method to the function that knows the API's form of errors", () => {
    for (const path of Object.keys(paths)) {
      expect(integration(path, ANY), path).toBe(path.startsWith("/v3") ? "identity" : "discovery");
    }
    expect(integration("/v3/{proxy+}", ANY)).toBe("identity");
    expect(integration("/{version}/{proxy+}", ANY)).toBe("discovery");
  });

  /** API Gateway's tree without stepping back: literal, then variable, then greedy child at each segment. */
  function resourceOf(path: string): string | undefined {
    const tree = new Set(Object.keys(paths));
    let current = "";
    for (const segment of path.split("/").slice(1)) {
      const children = [...tree].filter(
        (each) => each.startsWith(`${current}/`) && !each.slice(current.length + 1).includes("/"),
      );
      const greedy = children.find((each) => each.endsWith("+}"));
      const next =
        children.find((each) => each === `${current}/${segment}`) ??
        children.find((each) => each.endsWith("}") && each !== greedy);
      if (next === undefined) return greedy;
      current = next;
    }
    return current;
  }

  test.each([
    ["/nothing", "/{version}"],
    ["/nothing/at/all", "/{version}/{proxy+}"],
    ["/v2/nothing/at/all", "/{version}/{proxy+}"],
    ["/v2/schemas", "/{version}/schemas"],
    ["/v2/schemas/image", "/{version}/schemas/{schema}"],
    ["/v2/schemas/image/more", "/{version}/schemas/{schema}/{proxy+}"],
    ["/v2/images/1/nothing", "/{version}/images/{image_id}/{proxy+}"],
    ["/v2/images/1/file/more", "/{version}/images/{image_id}/file/{proxy+}"],
    ["/v3/groups/x", "/v3/{proxy+}"],
    ["/v3/auth", "/v3/auth"],
    ["/v3/auth/nothing", "/v3/auth/{proxy+}"],
  ])("%s is caught by %s", (path, resource) => {
    expect(resourceOf(path)).toBe(resource);
  });

  test("has no two variable children of one resource, which API Gateway refuses", () => {
    const variables = Object.keys(paths).filter((path) => path.endsWith("}"));
    const parents = variables.map((path) => path.slice(0, path.lastIndexOf("/")));
    expect(parents).toEqual([...new Set(parents)]);
  });

  test("names each resource on the way, below API Gateway's quota", () => {
    const named = new Set(Object.keys(paths));
    for (const path of named) {
      const parent = path.slice(0, path.lastIndexOf("/")) || "/";
      expect(named.has(parent), parent).toBe(true);
    }
    expect(named.size).toBeLessThanOrEqual(RESOURCES_MAX);
    console.log(`API Gateway resources: ${named.size}`);
  });

  test("takes bodies as bytes and asks for no API key", () => {
    expect(document["x-amazon-apigateway-binary-media-types"]).toEqual(["*/*"]);
    expect(JSON.stringify(document)).not.toMatch(/security/);
  });

  describe("answers of the gateway itself", () => {
    const answers = Object.entries(document["x-amazon-apigateway-gateway-responses"]) as [
      string,
      {
        statusCode: string;
        responseParameters: Record<string, string>;
        responseTemplates: Record<string, string>;
      },
    ][];

    test.each(answers)("%s: in the form that all clients show, never 503", (_type, answer) => {
      const template = answer.responseTemplates["application/json"] ?? "";
      expect(JSON.parse(template)).toEqual({
        error: {
          message: expect.stringMatching(/\w{3}/),
          code: Number(answer.statusCode),
          title: expect.stringMatching(/\w{3}/),
        },
      });
      // Velocity would read these as its own.
      expect(template).not.toMatch(/[$#]/);
      expect(answer.statusCode).not.toBe("503");
      expect(answer.responseParameters).toEqual({
        "gatewayresponse.header.x-openstack-request-id": "context.requestId",
      });
    });

    const allowOrigin = (origins: readonly string[]) => {
      const responses = gatewayDocument("a title", (fn) => fn, origins)[
        "x-amazon-apigateway-gateway-responses"
      ] as Record<string, { responseParameters: Record<string, string> }>;
      const { responseParameters = {} } = responses.REQUEST_TOO_LARGE ?? {};
      return [
        responseParameters["gatewayresponse.header.Access-Control-Allow-Origin"],
        responseParameters["gatewayresponse.header.Vary"],
      ];
    };

    test("pages of the one allowed origin, or of any, may read them", () => {
      expect(allowOrigin(["https://a.example"])).toEqual(["'https://a.example'", "'Origin'"]);
      expect(allowOrigin(["https://a.example", "*"])).toEqual(["'*'", "'Origin'"]);
      expect(allowOrigin(["https://a.example", "https://b.example"])).toEqual([undefined, "'Origin'"]);
      expect(allowOrigin([])).toEqual([undefined, undefined]);
    });

    test("statuses are what clients can bear", () => {
      const statuses = Object.fromEntries(answers.map(([type, { statusCode }]) => [type, statusCode]));
      expect(statuses).toMatchObject({
        MISSING_AUTHENTICATION_TOKEN: "404",
        REQUEST_TOO_LARGE: "413",
        UNSUPPORTED_MEDIA_TYPE: "415",
        THROTTLED: "429",
        QUOTA_EXCEEDED: "429",
        INTEGRATION_FAILURE: "500",
        INTEGRATION_TIMEOUT: "504",
        DEFAULT_5XX: "500",
      });
    });

    test("a body that is too large is told where to go", () => {
      const [, tooLarge] = answers.find(([type]) => type === "REQUEST_TOO_LARGE") ?? [];
      expect(tooLarge?.responseTemplates["application/json"]).toMatch(
        /ingress.*imagectl upload.*transfer API/,
      );
    });
  });
});
