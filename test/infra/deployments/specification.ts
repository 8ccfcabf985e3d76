import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

/** What AWS publishes of the types of resources. */
export const specification = loadAwsServiceSpecSync();

type Found = ReturnType<typeof resourceType>;
export type Properties = NonNullable<Found>["properties"];
export type Property = Properties[string];
export type PropertyType = Property["type"];

export const resourceType = (name: string) =>
  specification.lookup("resource", "cloudFormationType", "equals", name)[0];

/** The properties of a type that is defined beside its resource. */
export const definitionOf = (type: Extract<PropertyType, { type: "ref" }>): Properties =>
  specification.get("typeDefinition", type.reference.$ref).properties;

/** A function of CloudFormation, whose value the template does not tell. */
export const isIntrinsic = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length === 1 && (names[0] === "Ref" || names[0]?.startsWith("Fn::") === true);
};
