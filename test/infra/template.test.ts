import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { retryDelaySeconds } from "../../functions/workers/retry-delay.ts";
import { policyStatements } from "../../infra/constructs/access-policy.ts";
import { accessOf, type FunctionName, functionNames } from "../../infra/functions/functions.ts";
import { synthesise } from "./cdk/synthesise.ts";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, never>;
}

const { state, api, upkeep } = await synthesise();
const resources = (template: typeof api): Record<string, Resource> => template.toJSON().Resources;
const all = [state, api, upkeep].flatMap((template) => Object.entries(resources(template)));
const ofType = (type: string) => all.filter(([, { Type }]) => Type === type);

/** Logical id and properties of a function in its stack. */
function functionOf(name: FunctionName) {
  const template = name.startsWith("upkeep/") ? upkeep : api;
  const [found] = Object.entries(
    template.findResources("AWS::Lambda::Function", { Properties: { Description: name } }),
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return { template, id: found[0], properties: found[1].Properties };
}

describe("queues", () => {
  test("every one is encrypted and refuses plain HTTP", () => {
    const queues = ofType("AWS::SQS::Queue");
    expect(queues).toHaveLength(7);
    for (const [id, { Properties }] of queues) {
      expect(Properties, id).toMatchObject({ SqsManagedSseEnabled: true });
    }
    for (const [template, count] of [
      [api, 6],
      [upkeep, 1],
    ] as const) {
      const policies = template.findResources("AWS::SQS::QueuePolicy", {
        Properties: { PolicyDocument: { Statement: [{ Effect: "Deny" }] } },
      });
      expect(Object.keys(policies)).toHaveLength(count);
    }
  });

  test.each([
    ["workers/finalize", 1],
    ["workers/delete", 10],
    ["workers/notify", 100],
  ] as const)("%s gets %i at once and may work on it longer than its own timeout", (name, batch) => {
    const { id, properties } = functionOf(name);
    api.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      FunctionName: { Ref: id },
      BatchSize: batch,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    const [mapping] = Object.values(
      api.findResources("AWS::Lambda::EventSourceMapping", { Properties: { FunctionName: { Ref: id } } }),
    );
    const queue = resources(api)[mapping?.Properties.EventSourceArn["Fn::GetAtt"][0]]?.Properties;
    expect(queue).toMatchObject({ RedrivePolicy: { maxReceiveCount: expect.any(Number) } });
    expect(Number(queue?.VisibilityTimeout)).toBeGreaterThan(properties.Timeout);
  });
});

test("a failure of a quarter of an hour passes before a message becomes a dead letter, and none goes on for a day", () => {
  for (const queue of ["FinalizeQueue", "DeleteQueue"]) {
    const [found] = Object.values(api.findResources("AWS::SQS::Queue")).filter(({ Properties }) =>
      JSON.stringify(Properties.RedrivePolicy ?? "").includes(`${queue}DeadLetters`),
    );
    const tries = Number(found?.Properties.RedrivePolicy.maxReceiveCount);
    const pauses = (random: number) =>
      Array.from({ length: tries - 1 }, (_, at) => retryDelaySeconds(at + 1, () => random)).reduce(
        (sum, seconds) => sum + seconds,
        0,
      );
    expect(pauses(1), queue).toBeGreaterThan(15 * 60);
    expect(pauses(0), queue).toBeLessThan(86_400);
  }
});

describe("the outbox job", () => {
  test("runs every minute, and an alarm tells when notifications wait for an hour", () => {
    upkeep.hasResourceProperties("AWS::Scheduler::Schedule", {
      Description: "outbox",
      ScheduleExpression: "rate(1 minute)",
    });
    upkeep.hasResourceProperties("AWS::Logs::MetricFilter", {
      FilterPattern: '{ $.message = "notifications wait" }',
      MetricTransformations: [{ MetricValue: "$.waiting_seconds" }],
    });
    upkeep.hasResourceProperties("AWS::CloudWatch::Alarm", {
      Threshold: 3600,
      TreatMissingData: "notBreaching",
    });
  });
});

/** Of the scheduled functions. */
const deadLetters = {
  "Fn::GetAtt": [ofType("AWS::SQS::Queue").find(([id]) => id.startsWith("ScheduleDeadLetters"))?.[0], "Arn"],
};

test("a scheduled run that fails is not repeated, waits no longer than for the next one, and is a dead letter", () => {
  const configs = Object.values(upkeep.findResources("AWS::Lambda::EventInvokeConfig")).map(
    ({ Properties }) => Properties,
  );
  const scheduled = functionNames.filter((name) => name.startsWith("upkeep/"));
  expect(configs.map(({ FunctionName }) => FunctionName.Ref).toSorted()).toEqual(
    scheduled.map((name) => functionOf(name).id).toSorted(),
  );
  for (const config of configs) {
    expect(config).toMatchObject({
      Qualifier: "$LATEST",
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: deadLetters } },
    });
    expect(config.MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(60);
    expect(config.MaximumEventAgeInSeconds).toBeLessThanOrEqual(3600);
  }
});

describe("functions", () => {
  test("are those of the access table", () => {
    const described = ofType("AWS::Lambda::Function").map(([, { Properties }]) => Properties.Description);
    expect(described.sort()).toEqual([...functionNames].sort());
  });

  test.each(functionNames)("%s: Node 24 on arm64, its own role and log", (name) => {
    const { template, properties } = functionOf(name);
    expect(properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: name, TABLE_NAME: expect.anything() } },
    });
    expect(properties).not.toHaveProperty("ReservedConcurrentExecutions");
    expect(properties.Environment.Variables).not.toHaveProperty("NODE_OPTIONS");
    const log = resources(template)[properties.LoggingConfig.LogGroup.Ref];
    expect(log).toMatchObject({ Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 30 } });
  });

  test.each(functionNames)("%s: its role allows what access says and its own log, nothing else", (name) => {
    const { template, properties } = functionOf(name);
    const role = resources(template)[properties.Role["Fn::GetAtt"][0]]?.Properties as unknown as {
      Policies: { PolicyName: string; PolicyDocument: { Statement: Record<string, unknown>[] } }[];
    };
    expect(role).not.toHaveProperty("ManagedPolicyArns");
    const [granted, log, ...more] = role.Policies;
    const failures = name.startsWith("upkeep/")
      ? [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetters }]
      : [];
    expect(more.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual(failures);
    expect(log?.PolicyDocument.Statement).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: { "Fn::GetAtt": [properties.LoggingConfig.LogGroup.Ref, "Arn"] },
      },
    ]);
    const wanted = policyStatements(accessOf(name), {
      table: "Table",
      bucket: "Images",
      queues: { finalize: "FinalizeQueue", delete: "DeleteQueue", notify: "NotifyQueue" },
      tokenKey: "TokenKey",
      eventBus: "Notifications",
    });
    expect(granted?.PolicyDocument.Statement.map(plain)).toEqual(wanted.map(plain));
  });

  test("call themselves by their queue without end only where work is handed over, which is one", () => {
    const recursive = ofType("AWS::Lambda::Function").flatMap(([, { Properties }]) =>
      "RecursiveLoop" in Properties ? [[Properties.Description, Properties.RecursiveLoop]] : [],
    );
    expect(recursive).toEqual([["workers/finalize", "Allow"]]);
    const handOvers = functionNames.filter((name) => {
      const { sendsTo, consumes } = accessOf(name);
      return consumes !== undefined && sendsTo?.includes(consumes);
    });
    expect(handOvers).toEqual(["workers/finalize"]);
  });

  test("no role is shared and no policy stands outside the roles", () => {
    const roles = ofType("AWS::Lambda::Function").map(([, { Properties }]) =>
      JSON.stringify(Properties.Role),
    );
    expect(new Set(roles).size).toBe(functionNames.length);
    expect(ofType("AWS::IAM::Policy")).toEqual([]);
    expect(ofType("AWS::IAM::ManagedPolicy")).toEqual([]);
  });

  test("get the names of what they may reach, and no others", () => {
    const names = (name: FunctionName) =>
      Object.keys(functionOf(name).properties.Environment.Variables)
        .filter((variable) => variable !== "POWERTOOLS_SERVICE_NAME")
        .sort();
    expect(names("discovery")).toEqual(["TABLE_NAME"]);
    expect(names("images")).toEqual(["DELETE_QUEUE_URL", "NOTIFY_QUEUE_URL", "TABLE_NAME"]);
    expect(names("identity")).toEqual(["TABLE_NAME", "TOKEN_KEY_ID"]);
    expect(names("transfers")).toEqual([
      "DELETE_QUEUE_URL",
      "FINALIZE_QUEUE_URL",
      "IMAGE_BUCKET",
      "NOTIFY_QUEUE_URL",
      "TABLE_NAME",
    ]);
    expect(names("workers/notify")).toEqual(["EVENT_BUS_NAME", "TABLE_NAME"]);
    expect(names("workers/delete")).toEqual(["DELETE_QUEUE_URL", "IMAGE_BUCKET", "TABLE_NAME"]);
  });
});

/** A statement with every reference written as the beginning of its target's logical id, single values as lists. */
function plain(statement: object) {
  const { Action, Resource, ...rest } = statement as Record<string, unknown>;
  return { ...rest, Action: [Action].flat(), Resource: [Resource].flat().map(target) };
}

const targets = [
  "FinalizeQueue",
  "DeleteQueue",
  "NotifyQueue",
  "Notifications",
  "Table",
  "Images",
  "TokenKey",
];
function target(resource: unknown): string {
  const text = JSON.stringify(resource);
  return `${targets.find((each) => text.includes(each))}${/\/(?:\?[?/-]+|upkeep\/heartbeat)/.exec(text)?.[0] ?? ""}`;
}

describe("all policies", () => {
  test("allow no wildcard action and no wildcard resource, but the key's to its own account", () => {
    const allowed = all.flatMap(([id, resource]) =>
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

describe("the API", () => {
  test("is regional, imports the routes, and reaches functions that let it call them", () => {
    const [body] = Object.values(api.findResources("AWS::ApiGateway::RestApi")).map(
      ({ Properties }) => Properties.Body,
    );
    api.hasResourceProperties("AWS::ApiGateway::RestApi", {
      EndpointConfiguration: { Types: ["REGIONAL"] },
    });
    for (const [path, name] of [
      ["/{version}/images", "images"],
      ["/{version}/images/{image_id}/file", "data"],
      ["/v3/auth/tokens", "identity"],
    ] as const) {
      const { "x-amazon-apigateway-integration": integration } = body.paths[path].get;
      expect(integration).toMatchObject({ type: "aws_proxy", httpMethod: "POST", timeoutInMillis: 29_000 });
      const { id } = functionOf(name);
      expect(integration.uri["Fn::Join"][1]).toContainEqual({ "Fn::GetAtt": [id, "Arn"] });
      api.hasResourceProperties("AWS::Lambda::Permission", {
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        FunctionName: { "Fn::GetAtt": [id, "Arn"] },
      });
    }
  });

  test("functions give up before the gateway does", () => {
    for (const name of [
      "discovery",
      "images",
      "members",
      "data",
      "transfers",
      "audit",
      "identity",
    ] as const) {
      expect(functionOf(name).properties.Timeout).toBeLessThan(29);
    }
  });

  test("its stage is throttled and its log holds no headers, queries or bodies", () => {
    const [stage] = Object.values(api.findResources("AWS::ApiGateway::Stage")).map(
      ({ Properties }) => Properties,
    );
    expect(stage).toMatchObject({
      StageName: "prod",
      MethodSettings: [
        {
          DataTraceEnabled: false,
          MetricsEnabled: false,
          ThrottlingRateLimit: 1000,
          ThrottlingBurstLimit: 2000,
        },
      ],
    });
    expect(stage?.AccessLogSetting.Format).not.toMatch(/query|header|body|authorizer|identity/i);
    expect(JSON.parse(stage?.AccessLogSetting.Format)).toMatchObject({
      requestId: "$context.requestId",
      status: "$context.status",
    });
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

test("the reaper runs every five minutes, and its lost calls are kept", () => {
  const { id } = functionOf("upkeep/reaper");
  upkeep.hasResourceProperties("AWS::Scheduler::Schedule", {
    ScheduleExpression: "rate(5 minutes)",
    Target: {
      Arn: { "Fn::GetAtt": [id, "Arn"] },
      Input: '{"job":"reaper"}',
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: Match.anyValue() },
    },
  });
});

test("a job that has stopped itself alarms until it is released", () => {
  const FilterPattern = '{ $.message = "stopped" }';
  const [filter] = Object.values(
    upkeep.findResources("AWS::Logs::MetricFilter", { Properties: { FilterPattern } }),
  ).map(({ Properties }) => Properties);
  const [metric] = filter?.MetricTransformations ?? [];
  expect(metric).toMatchObject({ MetricNamespace: "Glance/Upkeep", MetricName: "reaper-stopped" });
  upkeep.hasResourceProperties("AWS::CloudWatch::Alarm", {
    Namespace: metric.MetricNamespace,
    MetricName: metric.MetricName,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    TreatMissingData: "notBreaching",
  });
});

test("outputs name what operators look for", () => {
  expect(Object.keys(state.toJSON().Outputs)).toEqual(expect.arrayContaining(["TableName", "BucketName"]));
  expect(Object.keys(api.toJSON().Outputs)).toContain("ApiUrl");
});

test("upkeep jobs tell how old the oldest thing is that waits, and what failed, as metrics", () => {
  const filters = ofType("AWS::Logs::MetricFilter").map(([, { Properties }]) => Properties);
  for (const metric of ["OldestPending", "Failed"]) {
    const found = filters.filter(({ MetricTransformations }) =>
      JSON.stringify(MetricTransformations).includes(`"${metric}"`),
    );
    expect(found.length, metric).toBeGreaterThanOrEqual(2);
  }
  upkeep.hasResourceProperties("AWS::Logs::MetricFilter", {
    FilterPattern: '{ ($.message = "result") && ($.oldest_seconds > 0) }',
    MetricTransformations: [
      {
        MetricNamespace: "Glance/Upkeep",
        MetricName: "OldestPending",
        MetricValue: "$.oldest_seconds",
        Dimensions: [{ Key: "job", Value: "$.job" }],
      },
    ],
  });
});
