import { RemovalPolicy } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";

/** Where notifications go. The rules on it are its subscribers' own: it outlives its stack. */
export function eventBus(scope: Construct, id: string): EventBus {
  const bus = new EventBus(scope, id, { description: "Notifications of the image service" });
  bus.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return bus;
}
