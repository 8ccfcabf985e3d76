// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax is that of Fn::Sub, in texts on purpose

import { describe, expect, it } from "vitest";
import type { Stack, Template } from "../template/assembly.ts";
import { readDeployment } from "../template/deployment.ts";
import { createResolver } from "../template/intrinsics.ts";
import { resolveResources } from "../template/resources.ts";

const queueUrlBase = "http://127.0.0.1:4000";
const stack = (template: Template, name = "app"): Stack => ({
  name,
  template,
  assets: new Map([["code.zip", "/assets/code"]]),
});

describe("intrinsic functions", () => {
  const resolver = createResolver({
    ref: (name) => `ref-${name}`,
    attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
    importValue: (name) => `imported-${name}`,
    stackOutput: (name, output) => `${output}-of-${name}`,
    mapped: (...path) => path.join("."),
    condition: (name) => ({ "Fn::Equals": [name, "Yes"] }),
  });
  it.each([
    [{ Ref: "Table" }, "ref-Table"],
    [{ "Fn::GetAtt": ["Table", "Arn"] }, "Table/Arn"],
    [{ "Fn::GetAtt": "Table.Stream.Arn" }, "Table/Stream.Arn"],
    [{ "Fn::Join": ["-", ["a", { Ref: "B" }]] }, "a-ref-B"],
    [{ "Fn::Sub": "x-${A}-${B.Arn}-${!C}" }, "x-ref-A-B/Arn-${C}"],
    [{ "Fn::Sub": ["x-${Own}", { Own: { Ref: "A" } }] }, "x-ref-A"],
    [{ "Fn::Select": [1, { "Fn::Split": [":", "a:b:c"] }] }, "b"],
    [{ "Fn::If": ["Yes", "then", "else"] }, "then"],
    [{ "Fn::If": ["No", "then", "else"] }, "else"],
    [{ "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "No" }] }] }, true],
    [{ "Fn::Or": [{ Condition: "No" }, { Condition: "No" }] }, false],
    [{ "Fn::ImportValue": { "Fn::Join": ["", ["a", "b"]] } }, "imported-ab"],
    [{ "Fn::GetStackOutput": { StackName: "state", OutputName: { Ref: "A" } } }, "ref-A-of-state"],
    [{ "Fn::GetStackOutput": { StackName: "s", OutputName: "o", Region: { Ref: "AWS::Region" } } }, "o-of-s"],
    [{ "Fn::FindInMap": ["Map", { Ref: "A" }, "k"] }, "Map.ref-A.k"],
    [
      { Effect: "Allow", Condition: { Null: {} } },
      { Effect: "Allow", Condition: { Null: {} } },
    ],
    [
      [1, true, null, { a: { Ref: "A" } }],
      [1, true, null, { a: "ref-A" }],
    ],
  ])("%j", (value, expected) => {
    expect(resolver(value)).toEqual(expected);
  });

  it("names a function it does not know", () => {
    expect(() => resolver({ "Fn::Cidr": [] })).toThrow("Fn::Cidr");
  });
});

describe("asynchronous invocations", () => {
  const config = (Properties: Record<string, unknown>) =>
    readDeployment(
      [stack({ Resources: { Config: { Type: "AWS::Lambda::EventInvokeConfig", Properties } } })],
      queueUrlBase,
    ).asyncConfigs;

  it("have Lambda's defaults but for what the template says", () => {
    const named = { FunctionName: "f", Qualifier: "$LATEST" };
    expect(config(named)).toEqual([{ functionName: "f", retryAttempts: 2, maximumAgeSeconds: 21_600 }]);
    const DestinationConfig = { OnFailure: { Destination: "arn:dead" } };
    expect(
      config({ ...named, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, DestinationConfig }),
    ).toEqual([{ functionName: "f", retryAttempts: 0, maximumAgeSeconds: 60, onFailure: "arn:dead" }]);
  });

  it("of versions, or told of success, are refused by name", () => {
    expect(() => config({ FunctionName: "f", Qualifier: "live" })).toThrow("only $LATEST");
    const DestinationConfig = { OnSuccess: { Destination: "arn:q" } };
    expect(() => config({ FunctionName: "f", Qualifier: "$LATEST", DestinationConfig })).toThrow("OnSuccess");
  });
});

describe("resources", () => {
  it("leaves out AWS::NoValue and what a condition excludes", () => {
    const [queue, ...others] = resolveResources(
      [
        stack({
          Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
          Resources: {
            Queue: {
              Type: "AWS::SQS::Queue",
              Properties: {
                QueueName: { "Fn::If": ["Never", "other", { Ref: "AWS::NoValue" }] },
                DelaySeconds: 5,
              },
            },
            Absent: { Type: "AWS::SQS::Queue", Condition: "Never" },
          },
        }),
      ],
      queueUrlBase,
    );
    expect(others).toEqual([]);
    expect(queue).toMatchObject({
      id: "http://127.0.0.1:4000/000000000000/app-Queue",
      arn: "arn:aws:sqs:us-east-1:000000000000:app-Queue",
      properties: { DelaySeconds: 5 },
    });
  });

  it("resolves exports of one stack in another", () => {
    const state = stack(
      {
        Resources: { Images: { Type: "AWS::S3::Bucket" } },
        Outputs: { Out: { Value: { "Fn::GetAtt": ["Images", "Arn"] }, Export: { Name: "state:Images" } } },
      },
      "state",
    );
    const code = stack({
      Resources: {
        Queue: { Type: "AWS::SQS::Queue", Properties: { Tag: { "Fn::ImportValue": "state:Images" } } },
      },
    });
    const resources = resolveResources([code, state], queueUrlBase);
    expect(resources.find(({ logicalId }) => logicalId === "Queue")?.properties).toEqual({
      Tag: "arn:aws:s3:::state-images",
    });
  });

  it("a type that it does not know fails by name", () => {
    const strange = stack({ Resources: { Thing: { Type: "AWS::EC2::Instance" } } });
    expect(() => resolveResources([strange], queueUrlBase)).toThrow("app/Thing is a AWS::EC2::Instance");
  });

  it("types without a local meaning are left out", () => {
    const logs = stack({
      Resources: { Log: { Type: "AWS::Logs::LogGroup" }, Meta: { Type: "AWS::CDK::Metadata" } },
    });
    expect(resolveResources([logs], queueUrlBase)).toEqual([]);
  });

  it("a property that would change what a service does fails by name", () => {
    const fifo = stack({
      Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } } },
    });
    expect(() => readDeployment([fifo], queueUrlBase)).toThrow("FifoQueue");
  });

  it("a bucket's name fits S3's rules", () => {
    const [bucket] = resolveResources(
      [stack({ Resources: { [`Images${"X".repeat(80)}`]: { Type: "AWS::S3::Bucket" } } })],
      queueUrlBase,
    );
    expect(bucket?.id).toMatch(/^[a-z0-9-]{3,63}$/);
  });
});

describe("a deployment", () => {
  const role = {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" } }],
      },
      Policies: [
        { PolicyDocument: { Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] } },
      ],
    },
  };
  const fn = {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: { "Fn::GetAtt": ["Role", "Arn"] },
      Code: { S3Bucket: "assets", S3Key: "code.zip" },
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: "workers/finalize", QUEUE: { Ref: "Queue" } } },
      Timeout: 900,
    },
  };
  const policy = {
    Type: "AWS::IAM::Policy",
    Properties: {
      Roles: [{ Ref: "Role" }],
      PolicyDocument: { Statement: { Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" } },
    },
  };
  const proxy = {
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      uri: {
        "Fn::Sub":
          "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations",
      },
    },
  };
  const api = {
    Type: "AWS::ApiGateway::RestApi",
    Properties: {
      Body: {
        paths: { "/v2/{id}": { get: proxy, "x-amazon-apigateway-any-method": proxy } },
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": { REQUEST_TOO_LARGE: { statusCode: 413 } },
      },
    },
  };
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Principal: "apigateway.amazonaws.com",
      FunctionName: { "Fn::GetAtt": ["Fn", "Arn"] },
      SourceArn: {
        "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/*",
      },
    },
  };
  const stage = {
    Type: "AWS::ApiGateway::Stage",
    Properties: { RestApiId: { Ref: "Api" }, StageName: "prod" },
  };
  const resources = {
    Role: role,
    Policy: policy,
    Fn: fn,
    Queue: {
      Type: "AWS::SQS::Queue",
      Properties: {
        VisibilityTimeout: 960,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 5 },
      },
    },
    Dead: { Type: "AWS::SQS::Queue" },
    Source: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        FunctionName: { Ref: "Fn" },
        EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
        BatchSize: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    },
    Every: {
      Type: "AWS::Scheduler::Schedule",
      Properties: {
        ScheduleExpression: "rate(5 minutes)",
        Target: {
          Arn: { "Fn::GetAtt": ["Fn", "Arn"] },
          RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
          Input: '{"job":"reaper"}',
        },
      },
    },
    Api: api,
    Stage: stage,
    Permission: permission,
  };
  const read = (changed: Template["Resources"] = {}) =>
    readDeployment([stack({ Resources: { ...resources, ...changed } })], queueUrlBase);

  it("has the functions with their code, environment and rights", () => {
    const { functions, roles } = read();
    expect(functions[0]).toMatchObject({
      name: "workers-finalize",
      directory: "/assets/code",
      timeoutSeconds: 900,
      memoryMegabytes: 128,
      environment: { QUEUE: "http://127.0.0.1:4000/000000000000/app-Queue" },
    });
    expect(roles[0]?.statements.map(({ Action }) => Action)).toEqual(["s3:GetObject", "sqs:ReceiveMessage"]);
    expect(roles[0]?.trusted).toEqual(["lambda.amazonaws.com"]);
  });

  it("has the queues, their readers, the schedules and the API", () => {
    const { queues, eventSources, schedules, restApi } = read();
    expect(queues[0]?.redrive).toEqual({ deadLetterArn: queues[1]?.arn, maxReceiveCount: 5 });
    expect(eventSources[0]).toMatchObject({ batchSize: 1, partialFailures: true, queueArn: queues[0]?.arn });
    expect(schedules[0]).toMatchObject({ job: "reaper", expression: "rate(5 minutes)", enabled: true });
    expect(restApi?.routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v2/{id}",
      "ANY /v2/{id}",
    ]);
    expect(restApi?.gatewayResponses.get("REQUEST_TOO_LARGE")?.status).toBe(413);
  });

  it("a route whose function the API may not invoke fails", () => {
    expect(() => read({ Permission: { Type: "AWS::CDK::Metadata" } })).toThrow("no AWS::Lambda::Permission");
  });

  it("a managed policy whose text is not here fails", () => {
    const powerful = {
      ...role,
      Properties: { ...role.Properties, ManagedPolicyArns: ["arn:aws:iam::aws:policy/X"] },
    };
    expect(() => read({ Role: powerful })).toThrow("arn:aws:iam::aws:policy/X");
  });
});
