import type { ContainerDefinition } from "../template/containers.ts";
import type { Deployment } from "../template/deployment.ts";
import type { FunctionDefinition } from "../template/functions.ts";
import { pseudoParameters } from "../template/pseudo-parameters.ts";
import type { ScheduleDefinition } from "../template/schedules.ts";
import type { Statement } from "./principal.ts";
import type { PrincipalRequest } from "./principals.ts";

export const operatorName = "operator";
export const principalNameOf = {
  function: ({ name }: FunctionDefinition): string => name,
  container: ({ name }: ContainerDefinition): string => name,
  schedule: ({ job }: ScheduleDefinition): string => `schedule-${job}`,
};

/** Everybody who calls: the functions and schedules with their roles' rights, and the operator of the runtime. */
export function deploymentPrincipals(
  { functions, containers, schedules, roles }: Deployment,
  operatorStatements: readonly Statement[],
): readonly PrincipalRequest[] {
  const inRole = (name: string, roleArn: string, service: string): PrincipalRequest => {
    const role = roles.find(({ arn }) => arn === roleArn);
    if (!role) throw new Error(`${name} has a role that no stack declares: ${roleArn}`);
    if (!role.trusted.includes(service)) throw new Error(`the role of ${name} does not trust ${service}`);
    return { name, arn: roleArn, statements: role.statements };
  };
  return [
    ...functions.map((fn) => inRole(principalNameOf.function(fn), fn.roleArn, "lambda.amazonaws.com")),
    ...containers.map((one) =>
      inRole(principalNameOf.container(one), one.roleArn, "ecs-tasks.amazonaws.com"),
    ),
    ...schedules.map((one) => inRole(principalNameOf.schedule(one), one.roleArn, "scheduler.amazonaws.com")),
    {
      name: operatorName,
      arn: `arn:${pseudoParameters.partition}:iam::${pseudoParameters.accountId}:user/${operatorName}`,
      statements: operatorStatements,
    },
  ];
}
