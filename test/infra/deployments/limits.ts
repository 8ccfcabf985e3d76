import { isIntrinsic, resourceType } from "./specification.ts";
import type { Resource, StackTemplate } from "./templates.ts";

/** The longest that a reference stands for. */
const reference = "x".repeat(140);

/** As text with every reference at its longest: what services measure. */
function longestText(value: unknown): string {
  const filled = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(filled);
    if (isIntrinsic(one)) {
      const [name, parts] = Object.entries(one as object)[0] as [string, unknown];
      return name === "Fn::Join" ? (parts as [string, unknown[]])[1].map(filled).join("") : reference;
    }
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, filled(inner)]));
  };
  return JSON.stringify(filled(value));
}

interface Policy {
  readonly PolicyDocument: unknown;
}

/** Bytes or pieces with what AWS takes (CloudFormation, IAM, Lambda, S3, SQS, KMS and API Gateway quotas). */
export interface Measure {
  readonly what: string;
  readonly size: number;
  readonly most: number;
}

const pathsOf = (document: unknown): object => (document as { readonly paths: object }).paths;

const ofType: Readonly<
  Record<string, (properties: Readonly<Record<string, never>>) => Omit<Measure, "what">[]>
> = {
  "AWS::IAM::Role": ({ Policies = [], ManagedPolicyArns = [], AssumeRolePolicyDocument }) => [
    {
      size: (Policies as Policy[]).reduce(
        (sum, { PolicyDocument }) => sum + longestText(PolicyDocument).length,
        0,
      ),
      most: 10_240,
    },
    { size: (ManagedPolicyArns as unknown[]).length, most: 10 },
    { size: longestText(AssumeRolePolicyDocument).length, most: 2048 },
  ],
  "AWS::S3::BucketPolicy": ({ PolicyDocument }) => [
    { size: longestText(PolicyDocument).length, most: 20_480 },
  ],
  "AWS::SQS::QueuePolicy": ({ PolicyDocument }) => [{ size: longestText(PolicyDocument).length, most: 8192 }],
  "AWS::KMS::Key": ({ KeyPolicy }) => [{ size: longestText(KeyPolicy).length, most: 32_768 }],
  "AWS::Lambda::Function": ({ Environment }) => [{ size: longestText(Environment).length, most: 4096 }],
  "AWS::ApiGateway::RestApi": ({ Body }) => [
    { size: Object.keys(pathsOf(Body)).length, most: 300 },
    { size: longestText(Body).length, most: 6_000_000 },
  ],
};

/** What of a stack has a limit. */
export function measures({ name, bytes, Resources, Outputs = {} }: StackTemplate): Measure[] {
  const own = [
    { what: `${name}: resources`, size: Object.keys(Resources).length, most: 500 },
    { what: `${name}: outputs`, size: Object.keys(Outputs).length, most: 200 },
    { what: `${name}: bytes`, size: bytes, most: 1_000_000 },
  ];
  const inner = Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) =>
    (ofType[Type as keyof typeof ofType]?.(Properties as never) ?? []).map((one) => ({
      what: `${name}/${id} (${Type})`,
      ...one,
    })),
  );
  return [...own, ...inner];
}

/** Resources that are named by a text: what is left of one keeps its name, and the next cannot be made. */
export function fixedNames(resources: Readonly<Record<string, Resource>>): string[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) => {
    const names = resourceType(Type)?.primaryIdentifier ?? [];
    const isNamed = names.length > 0 && names.every((name) => typeof Properties[name] === "string");
    return isNamed ? [`${id}: ${names}`] : [];
  });
}
