import { createHash } from "node:crypto";
import { ownValue } from "../own-value.ts";
import { arn, pseudoParameters } from "./pseudo-parameters.ts";

/** What references to a resource stand for. */
export interface Identity {
  /** `Ref`. */
  readonly id: string;
  readonly arn: string;
  /** `Fn::GetAtt`, beside `Arn`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface IdentityRequest {
  readonly stack: string;
  readonly logicalId: string;
  /** The resolved value of a property that names the resource, e.g. `TableName`. */
  readonly named: (property: string) => string | undefined;
  /** Base of queue URLs: where the local SQS listens. */
  readonly queueUrlBase: string;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The same for the same stack and logical id, so that a restart finds its state. */
const derived = ({ stack, logicalId }: IdentityRequest): string => `${stack}-${logicalId}`;

/** A bucket's name may have 63 characters, lower case. */
function bucketName(request: IdentityRequest): string {
  const name = derived(request).toLowerCase();
  return name.length <= 63 ? name : `${name.slice(0, 50)}-${digest(name).slice(0, 12)}`;
}

function keyId(request: IdentityRequest): string {
  const hex = digest(derived(request));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

const shortId = (request: IdentityRequest): string => digest(derived(request)).slice(0, 10);

const plain =
  (service: string, prefix: string, nameProperty?: string) =>
  (request: IdentityRequest): Identity => {
    const id = (nameProperty && request.named(nameProperty)) ?? derived(request);
    return { id, arn: arn(service, `${prefix}${id}`), attributes: {} };
  };

const role = (request: IdentityRequest): Identity => {
  const id = request.named("RoleName") ?? derived(request);
  return {
    id,
    arn: `arn:${pseudoParameters.partition}:iam::${pseudoParameters.accountId}:role/${id}`,
    attributes: { RoleId: shortId(request) },
  };
};

const bucket = (request: IdentityRequest): Identity => {
  const id = request.named("BucketName") ?? bucketName(request);
  const domain = `${id}.s3.${pseudoParameters.urlSuffix}`;
  return {
    id,
    arn: `arn:${pseudoParameters.partition}:s3:::${id}`,
    attributes: { DomainName: domain, RegionalDomainName: domain },
  };
};

const queue = (request: IdentityRequest): Identity => {
  const name = request.named("QueueName") ?? derived(request);
  const url = `${request.queueUrlBase}/${pseudoParameters.accountId}/${name}`;
  return { id: url, arn: arn("sqs", name), attributes: { QueueName: name, QueueUrl: url } };
};

const key = (request: IdentityRequest): Identity => {
  const id = keyId(request);
  return { id, arn: arn("kms", `key/${id}`), attributes: { KeyId: id } };
};

/** Its ARN ends in six random characters (Secrets Manager user guide), and a reference is the ARN. */
const secret = (request: IdentityRequest): Identity => {
  const name = request.named("Name") ?? derived(request);
  const secretArn = arn("secretsmanager", `secret:${name}-${shortId(request).slice(0, 6)}`);
  return { id: secretArn, arn: secretArn, attributes: { Id: secretArn } };
};

const restApi = (request: IdentityRequest): Identity => {
  const id = shortId(request);
  return {
    id,
    arn: arn("execute-api", id),
    attributes: { RestApiId: id, RootResourceId: digest(id).slice(0, 10) },
  };
};

/** The resource types that can be referred to, and what their references stand for. */
const identities: Readonly<Record<string, (request: IdentityRequest) => Identity>> = {
  "AWS::ApiGateway::GatewayResponse": plain("apigateway", "gatewayresponses/"),
  "AWS::ApiGateway::RestApi": restApi,
  "AWS::ApiGateway::Stage": plain("apigateway", "stages/", "StageName"),
  "AWS::DynamoDB::Table": plain("dynamodb", "table/", "TableName"),
  "AWS::ECS::TaskDefinition": plain("ecs", "task-definition/", "Family"),
  "AWS::Events::EventBus": plain("events", "event-bus/", "Name"),
  "AWS::IAM::Policy": plain("iam", "policy/", "PolicyName"),
  "AWS::IAM::Role": role,
  "AWS::KMS::Key": key,
  "AWS::Lambda::EventInvokeConfig": plain("lambda", "event-invoke-config:"),
  "AWS::Lambda::EventSourceMapping": plain("lambda", "event-source-mapping:"),
  "AWS::Lambda::Function": plain("lambda", "function:", "FunctionName"),
  "AWS::Lambda::Permission": plain("lambda", "permission:"),
  "AWS::Logs::LogGroup": plain("logs", "log-group:", "LogGroupName"),
  "AWS::S3::Bucket": bucket,
  "AWS::S3::BucketPolicy": plain("s3", "bucket-policy/"),
  "AWS::SQS::Queue": queue,
  "AWS::SQS::QueuePolicy": plain("sqs", "queue-policy/"),
  "AWS::SecretsManager::Secret": secret,
  "AWS::Scheduler::Schedule": plain("scheduler", "schedule/default/", "Name"),
};

/** Types with an identity of their own are run; the others need a place in `ignoredTypes`. */
export const isKnownType = (type: string): boolean => Object.hasOwn(identities, type);

export const identityOf = (type: string, request: IdentityRequest): Identity =>
  (ownValue(identities, type) ?? plain("unknown", `${type}/`))(request);
