import { Aws, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";

/**
 * Where notifications go. The rules on it are its subscribers' own: it outlives its stack. A bus must be given a name, and
 * one that is left behind keeps it: with the id of the stack in its name the next stack can make another.
 */
export function eventBus(scope: Construct, id: string): EventBus {
  // arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID
  const stackId = Fn.select(2, Fn.split("/", Aws.STACK_ID));
  const bus = new EventBus(scope, id, {
    description: "Notifications of the image service",
    eventBusName: `${Stack.of(scope).stackName}-notifications-${stackId}`,
  });
  bus.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return bus;
}
