import { isDeepStrictEqual } from "node:util";
import { ownValue } from "../../../shared/own-value.ts";
import { definitionOf, type Properties, type PropertyType, resourceType } from "./specification.ts";
import type { Deployment, Resource } from "./templates.ts";

/** What cannot be made again: images and their metadata, keys, secrets, messages, and the address of the API. */
const irreplaceable = new Set([
  "AWS::DynamoDB::Table",
  "AWS::S3::Bucket",
  "AWS::KMS::Key",
  "AWS::SecretsManager::Secret",
  "AWS::Events::EventBus",
  "AWS::SQS::Queue",
  "AWS::Logs::LogGroup",
  "AWS::ApiGateway::RestApi",
]);

export interface Replacement {
  readonly resource: string;
  readonly type: string;
  /** The property whose change makes CloudFormation make the resource again. */
  readonly property: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The properties of which two values are objects, if their type says so. */
function nested(type: PropertyType): Properties | undefined {
  if (type.type === "ref") return definitionOf(type);
  return type.type === "union" ? type.types.map(nested).find((one) => one !== undefined) : undefined;
}

/** Paths of changed properties that replace their resource, or may. */
function replacing(known: Properties, before: unknown, after: unknown, path: string): string[] {
  const [one, other] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => {
    const [value, changed] = [ownValue(one, name), ownValue(other, name)];
    if (isDeepStrictEqual(value, changed)) return [];
    const property = ownValue(known, name);
    const here = `${path}${name}`;
    if (!property || (property.causesReplacement ?? "no") !== "no") return [here];
    const inner = nested(property.type);
    return inner ? replacing(inner, value, changed, `${here}/`) : [];
  });
}

function replacementsOf(id: string, before: Resource, after: Resource): Replacement[] {
  const type = resourceType(before.Type);
  const paths = replacing(type?.properties ?? {}, before.Properties, after.Properties, "");
  return paths.map((property) => ({ resource: id, type: before.Type, property }));
}

/** Every resource that an update from one deployment to another makes anew, by the specification. */
export const replacements = (from: Deployment, to: Deployment): Replacement[] =>
  from.stacks.flatMap(({ name, Resources }) => {
    const later = to.stacks.find((one) => one.name === name)?.Resources ?? {};
    return Object.entries(Resources).flatMap(([id, before]) => {
      const after = ownValue(later, id);
      return after?.Type === before.Type ? replacementsOf(`${name}/${id}`, before, after) : [];
    });
  });

const isKept = ({ DeletionPolicy = "Delete" }: Resource): boolean => DeletionPolicy.startsWith("Retain");

/** Why the update would lose something, or CloudFormation refuse it, in words. */
export function harm(from: Deployment, to: Deployment): string[] {
  const lost = replacements(from, to)
    .filter(({ type }) => irreplaceable.has(type))
    .map(({ resource, type, property }) => `${resource} (${type}) would be replaced: ${property}`);
  const removed = from.stacks.flatMap(({ name, Resources }) => {
    const later = to.stacks.find((one) => one.name === name)?.Resources ?? {};
    return Object.entries(Resources).flatMap(([id, before]) => {
      const after = ownValue(later, id);
      if (after && after.Type !== before.Type) return [`${name}/${id}: another type, which is refused`];
      return after || isKept(before) || !irreplaceable.has(before.Type)
        ? []
        : [`${name}/${id} (${before.Type}) would be deleted`];
    });
  });
  return [...lost, ...removed];
}
