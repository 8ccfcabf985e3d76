import { describe, expect, test } from "vitest";
import { policyStatements } from "../../../infra/constructs/access-policy.ts";
import { accessOf, type FunctionName, functionNames } from "../../../infra/functions/functions.ts";
import { queueArns } from "../queue-arns.ts";
import { deadLetters, functionOf, ofType, resources } from "./synthesised.ts";

/** A statement with every reference written as the beginning of its target's logical id, single values as lists. */
function plain(statement: object) {
  const { Action, Resource, ...rest } = statement as Record<string, unknown>;
  return { ...rest, Action: [Action].flat(), Resource: [Resource].flat().map(target) };
}

const targets = [
  "FinalizeQueue",
  "DeleteQueue",
  "NotifyQueue",
  "CacheQueue",
  "CopyQueue",
  "Notifications",
  "Table",
  "Images",
  "TokenKey",
];
function target(resource: unknown): string {
  const text = JSON.stringify(resource);
  return `${targets.find((each) => text.includes(each))}${/\/(?:(?:cache\/)?\?[?/-]+|upkeep\/heartbeat)/.exec(text)?.[0] ?? ""}`;
}

export function functions(): void {
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
        queues: queueArns((queue) => `${queue[0]?.toUpperCase()}${queue.slice(1)}Queue`),
        tokenKey: "TokenKey",
        eventBus: "Notifications",
      });
      expect(granted?.PolicyDocument.Statement.map(plain)).toEqual(wanted.map(plain));
    });

    test("call themselves by their queue without end only where work is handed over, which are six", () => {
      const recursive = ofType("AWS::Lambda::Function").flatMap(([, { Properties }]) =>
        "RecursiveLoop" in Properties ? [[Properties.Description, Properties.RecursiveLoop]] : [],
      );
      expect(recursive).toEqual([
        ["workers/finalize", "Allow"],
        ["workers/sources", "Allow"],
        ["workers/place", "Allow"],
        ["workers/cache", "Allow"],
        ["workers/copy", "Allow"],
        ["workers/import", "Allow"],
        ["workers/fetch", "Allow"],
      ]);
      const handOvers = functionNames.filter((name) => {
        const { sendsTo, consumes } = accessOf(name);
        return consumes !== undefined && sendsTo?.includes(consumes);
      });
      expect(handOvers).toEqual(recursive.map(([name]) => name));
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
      expect(names("images")).toEqual([
        "CACHE_QUEUE_URL",
        "COPY_QUEUE_URL",
        "DELETE_QUEUE_URL",
        "NOTIFY_QUEUE_URL",
        "TABLE_NAME",
      ]);
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
}
