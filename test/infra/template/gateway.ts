import { describe, expect, test } from "vitest";
import { api, functionOf } from "./synthesised.ts";

export function gateway(): void {
  describe("the API", () => {
    test("is regional, imports the routes, and reaches functions that let it call them", () => {
      const [body] = Object.values(api.findResources("AWS::ApiGateway::RestApi")).map(
        ({ Properties }) => Properties.Body,
      );
      api.hasResourceProperties("AWS::ApiGateway::RestApi", {
        EndpointConfiguration: { Types: ["REGIONAL"] },
      });
      for (const [path, name] of [
        ["/{version}/images", "images"],
        ["/{version}/images/{image_id}/file", "data"],
        ["/v3/auth/tokens", "identity"],
      ] as const) {
        const { "x-amazon-apigateway-integration": integration } = body.paths[path].get;
        expect(integration).toMatchObject({ type: "aws_proxy", httpMethod: "POST", timeoutInMillis: 29_000 });
        const { id } = functionOf(name);
        expect(integration.uri["Fn::Join"][1]).toContainEqual({ "Fn::GetAtt": [id, "Arn"] });
        api.hasResourceProperties("AWS::Lambda::Permission", {
          Action: "lambda:InvokeFunction",
          Principal: "apigateway.amazonaws.com",
          FunctionName: { "Fn::GetAtt": [id, "Arn"] },
        });
      }
    });

    test("functions give up before the gateway does", () => {
      for (const name of [
        "discovery",
        "images",
        "members",
        "data",
        "transfers",
        "audit",
        "identity",
      ] as const) {
        expect(functionOf(name).properties.Timeout).toBeLessThan(29);
      }
    });

    test("its stage is throttled and its log holds no headers, queries or bodies", () => {
      const [stage] = Object.values(api.findResources("AWS::ApiGateway::Stage")).map(
        ({ Properties }) => Properties,
      );
      expect(stage).toMatchObject({
        StageName: "prod",
        MethodSettings: [
          {
            DataTraceEnabled: false,
            MetricsEnabled: false,
            ThrottlingRateLimit: 1000,
            ThrottlingBurstLimit: 2000,
          },
        ],
      });
      expect(stage?.AccessLogSetting.Format).not.toMatch(/query|header|body|authorizer|identity/i);
      expect(JSON.parse(stage?.AccessLogSetting.Format)).toMatchObject({
        requestId: "$context.requestId",
        status: "$context.status",
      });
    });
  });
}
