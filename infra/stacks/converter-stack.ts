import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Bundle } from "../bundle.ts";
import { converterNetwork } from "../constructs/converter-network.ts";
import { ConverterService } from "../constructs/converter-service.ts";
import type { FunctionContext } from "../constructs/function-context.ts";
import { storePorts } from "../constructs/store-ports.ts";

export interface ConverterStackProps extends FunctionContext {
  /** Its program with its Dockerfile. */
  readonly program: Bundle;
}

/** What image_conversion needs: converters, which are no functions, in a network of their own. */
export class ConverterStack extends Stack {
  constructor(scope: Construct, id: string, { program, ...context }: ConverterStackProps) {
    super(scope, id, { description: "Image service: converters of imported images" });
    const network = converterNetwork(this, "Network", storePorts(context.settings.enabled_backends));
    const { cluster, service } = new ConverterService(this, "Converter", { context, program, network });
    new CfnOutput(this, "ConverterCluster", { value: cluster.clusterName });
    new CfnOutput(this, "ConverterServiceName", { value: service.serviceName });
  }
}
