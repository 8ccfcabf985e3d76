import type { Statement } from "../iam/principal.ts";
import { list, property } from "./properties.ts";
import type { Resource } from "./resources.ts";

export interface RoleDefinition {
  readonly arn: string;
  /** Services that may take the role on, e.g. `lambda.amazonaws.com`. */
  readonly trusted: readonly string[];
  readonly statements: readonly Statement[];
}

interface PolicyDocument {
  readonly Statement?: Statement | readonly Statement[];
}

/** AWS's own policies that only concern CloudWatch, which is not here. */
const logsOnly = /\/(AWSLambdaBasicExecutionRole|AmazonAPIGatewayPushToCloudWatchLogs)$/;

/** A policy document's statements. */
export const statementsOf = (document: unknown): readonly Statement[] =>
  [(document as PolicyDocument | undefined)?.Statement ?? []].flat();

/** Every `AWS::IAM::Role` with the statements of its inline policies and of the policies attached to it. */
export function rolesOf(resources: readonly Resource[]): readonly RoleDefinition[] {
  const attached = resources.filter(({ type }) => type === "AWS::IAM::Policy");
  return resources
    .filter(({ type }) => type === "AWS::IAM::Role")
    .map((role) => {
      const managed = list<string>(role, "ManagedPolicyArns").find((policy) => !logsOnly.test(policy));
      if (managed)
        throw new Error(
          `role ${role.id} has the managed policy ${managed}, whose text the local runtime lacks`,
        );
      const inline = list<{ PolicyDocument: unknown }>(role, "Policies").map(
        (policy) => policy.PolicyDocument,
      );
      const others = attached
        .filter((policy) => list(policy, "Roles").includes(role.id))
        .map((policy) => property(policy, "PolicyDocument"));
      return {
        arn: role.arn,
        trusted: statementsOf(property(role, "AssumeRolePolicyDocument")).flatMap(servicesOf),
        statements: [...inline, ...others].flatMap(statementsOf),
      };
    });
}

const servicesOf = ({ Effect, Principal }: Statement): readonly string[] =>
  Effect === "Allow"
    ? [(Principal as { Service?: string | string[] } | undefined)?.Service ?? []].flat()
    : [];
