import { createHash } from "node:crypto";
import { Aws, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { CfnAccount, CfnDeployment, CfnRestApi, CfnStage } from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { ApiFunction } from "../../shared/routes.ts";
import { gatewayDocument } from "./gateway-document.ts";
import type { GlanceFunction } from "./glance-function.ts";

/** API Gateway's own limit by default; functions give up before it. */
const INTEGRATION_TIMEOUT_MILLISECONDS = 29_000;
const RATE_PER_SECOND = 1000;
const BURST = 2000;

/** No headers, no query, no bodies: tokens and signatures travel there. */
const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  path: "$context.path",
  resource: "$context.resourcePath",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  gatewayError: "$context.error.responseType",
});

export interface RestApiProps {
  readonly functions: Readonly<Record<ApiFunction, GlanceFunction>>;
  readonly stageName: string;
  /** Web origins whose pages may read what the gateway answers by itself. */
  readonly allowedOrigins: readonly string[];
  /** Whether to set the account's role for API Gateway's logs: one a region, shared by all of the account's APIs. */
  readonly setAccountLogRole: boolean;
}

/** Regional REST API made from the route table, with one deployed stage. */
export class RestApi extends Construct {
  /** Base URL with the stage, without a trailing slash. */
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    { functions, stageName, allowedOrigins, setAccountLogRole }: RestApiProps,
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    const functionsPath = `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions`;
    const integration = (fn: ApiFunction) => ({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: `${functionsPath}/${functions[fn].lambda.functionArn}/invocations`,
      passthroughBehavior: "when_no_match",
      timeoutInMillis: INTEGRATION_TIMEOUT_MILLISECONDS,
    });
    const body = gatewayDocument(stack.stackName, integration, allowedOrigins);
    const api = new CfnRestApi(this, "Api", {
      name: stack.stackName,
      endpointConfiguration: { types: ["REGIONAL"] },
      body,
    });
    this.url = `https://${api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stageName}`;

    const deployment = new CfnDeployment(this, "Deployment", { restApiId: api.ref });
    // A deployment is a snapshot: only a new one, so a new logical id, brings a changed document to the stage.
    const digest = createHash("sha256")
      .update(JSON.stringify(stack.resolve(body)))
      .digest("hex");
    deployment.overrideLogicalId(`ApiDeployment${digest.slice(0, 16)}`);

    const log = new LogGroup(this, "AccessLog", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new CfnStage(this, "Stage", {
      restApiId: api.ref,
      deploymentId: deployment.ref,
      stageName,
      accessLogSetting: { destinationArn: log.logGroupArn, format: accessLogFormat },
      methodSettings: [
        {
          httpMethod: "*",
          resourcePath: "/*",
          // Those of each method are custom metrics, which cost money by the month. Those of the API and stage are free.
          metricsEnabled: false,
          dataTraceEnabled: false,
          loggingLevel: "OFF",
          throttlingRateLimit: RATE_PER_SECOND,
          throttlingBurstLimit: BURST,
        },
      ],
    });
    if (setAccountLogRole) stage.node.addDependency(accountLogRole(this));

    for (const { lambda } of Object.values(functions)) {
      lambda.addPermission("Gateway", {
        principal: new ServicePrincipal("apigateway.amazonaws.com"),
        sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${api.ref}/${stageName}/*`,
      });
    }
    acknowledge(api, stage);
  }
}

/**
 * API Gateway writes no log at all before its account setting names a role. Kept even when the stack could not be made:
 * nothing takes the setting back, and the account's other APIs would lose their logs with the role.
 */
function accountLogRole(scope: Construct): CfnAccount {
  const role = new Role(scope, "AccountLogRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    managedPolicies: [
      ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
    ],
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  Validations.of(role).acknowledge({
    id: "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
    reason: "The account setting is checked against exactly this policy's rights when it is made.",
  });
  const account = new CfnAccount(scope, "Account", { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}

function acknowledge(api: CfnRestApi, stage: CfnStage): void {
  Validations.of(api).acknowledge({
    id: "AwsSolutions::AwsSolutions-APIG2",
    reason: "Functions validate requests: the gateway's refusals have not Glance's form, order or statuses.",
  });
  Validations.of(stage).acknowledge(
    {
      id: "AwsSolutions::AwsSolutions-APIG3",
      reason: "A web ACL has a monthly price and rules of the operator's own: it is his to associate.",
    },
    {
      id: "AwsSolutions::AwsSolutions-APIG6",
      reason:
        "Execution logs can hold headers and query strings, so tokens; the access log and the functions' logs do not.",
    },
  );
}
