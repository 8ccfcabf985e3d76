import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { settingsEnvironment } from "../../shared/settings.ts";
import { entryOf, type FunctionName } from "../functions/functions.ts";
import { assertEnvironmentFits } from "./environment-size.ts";
import { acknowledgeFolder, mountFolder, networkPolicy } from "./folder-mount.ts";
import type { FunctionContext } from "./function-context.ts";
import { accessPolicy, resourceEnvironment } from "./granted-access.ts";
import { acknowledgeCertificates, acknowledgeJobs } from "./wildcards.ts";

/** `workers/finalize` -> `WorkersFinalizeFunction`. */
const constructId = (name: FunctionName): string =>
  `${name.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase())}Function`;

/** A function with its log group and its own role, as its entry says, whose policy is its `access` and its own log. */
export class GlanceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly log: LogGroup;

  constructor(scope: Construct, name: FunctionName, context: FunctionContext) {
    super(scope, constructId(name));
    const { access, memoryMegabytes, timeoutSeconds } = entryOf(name);
    const folder = access.folders && context.stores.folder;
    this.log = new LogGroup(this, "Log", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        access: accessPolicy(this, access, context),
        log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
              resources: [this.log.logGroupArn],
            }),
          ],
        }),
        ...(folder && { network: networkPolicy() }),
        ...(context.failures && {
          failures: new PolicyDocument({
            statements: [
              new PolicyStatement({
                actions: ["sqs:SendMessage"],
                resources: [context.failures.queueArn],
              }),
            ],
          }),
        }),
      },
    });
    if (folder) acknowledgeFolder(role, folder);
    if (access.readsSigningCertificates && context.settings.key_manager_backend === "secrets-manager")
      acknowledgeCertificates(role);
    if (access.asksForChecksums && context.checksumRole) acknowledgeJobs(role, context.stores.first);
    const environment = {
      POWERTOOLS_SERVICE_NAME: name,
      ...resourceEnvironment(access, context),
      ...settingsEnvironment(context.settings),
    };
    assertEnvironmentFits(name, environment);
    this.lambda = new LambdaFunction(this, "Function", {
      description: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(context.bundles[name].directory),
      handler: "index.handler",
      memorySize: memoryMegabytes,
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup: this.log,
      // Lambda would end a chain of 16 hand-overs, and the object would never be read to its end.
      ...(access.callsItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      environment,
    });
    if (folder) mountFolder(this.lambda, folder);
  }
}
