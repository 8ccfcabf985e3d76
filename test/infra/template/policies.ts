import { describe, expect, test } from "vitest";
import { functionNames } from "../../../infra/functions/functions.ts";
import { allResources, ofType } from "./synthesised.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

function statementsIn(value: unknown): Statement[] {
  if (typeof value !== "object" || value === null) return [];
  if ("Effect" in value && "Action" in value) return [value as Statement];
  return Object.values(value).flatMap(statementsIn);
}

export function policies(): void {
  describe("all policies", () => {
    test("allow no wildcard action and no wildcard resource, but the key's to its own account", () => {
      const allowed = allResources.flatMap(([id, resource]) =>
        statementsIn(resource)
          .filter(({ Effect }) => Effect === "Allow")
          .map((statement) => ({ id, ...statement })),
      );
      expect(allowed.length).toBeGreaterThan(functionNames.length);
      for (const { id, Action, Resource } of allowed) {
        if (id.startsWith("TokenKey")) continue;
        for (const action of [Action].flat()) expect(action, id).not.toContain("*");
        expect([Resource].flat(), id).not.toContain("*");
      }
    });
  });

  test("roles that services take on by themselves name whom these may ask for", () => {
    const trusts = ofType("AWS::IAM::Role").flatMap(([id, { Properties }]) =>
      statementsIn(Properties.AssumeRolePolicyDocument).map((statement) => ({ id, ...statement })),
    );
    const ofService = (service: string) => trusts.filter((one) => JSON.stringify(one).includes(service));
    const scheduler = ofService("scheduler.amazonaws.com");
    expect(scheduler.length).toBeGreaterThan(5);
    for (const { Condition } of scheduler) {
      expect(Condition).toMatchObject({ StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } });
      expect(JSON.stringify(Condition)).toContain(":schedule-group/default");
    }
    const permissions = ofType("AWS::Lambda::Permission");
    expect(permissions.length).toBeGreaterThan(5);
    for (const [id, { Properties }] of permissions) {
      expect(Properties, id).toMatchObject({ Principal: "apigateway.amazonaws.com" });
      expect(JSON.stringify(Properties.SourceArn), id).toContain("/prod/*");
    }
  });
}
