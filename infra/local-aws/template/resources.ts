import { ownValue } from "../own-value.ts";
import { StartFailure } from "../start-failure.ts";
import type { ResourceDeclaration, Stack } from "./assembly.ts";
import { type Identity, identityOf, isKnownType } from "./identity.ts";
import { ignoredTypes } from "./ignored-types.ts";
import { createResolver, noValue, type References } from "./intrinsics.ts";
import { pseudoParameters } from "./pseudo-parameters.ts";

/** A resource of a template with every reference resolved. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly id: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Name of its stack's asset -> where it lies. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * All resources of an app's stacks that have a meaning here, references within and across stacks resolved.
 * Throws StartFailure for a resource type that the runtime neither runs nor leaves out on purpose.
 */
export function resolveResources(stacks: readonly Stack[], queueUrlBase: string): readonly Resource[] {
  const exported = new Map<string, () => unknown>();
  const outputs = new Map<string, () => unknown>();
  const outputName = (stack: string, output: string) => `${stack}.${output}`;
  const resolved = stacks.map((stack) => {
    const scope = stackScope(stack, queueUrlBase, {
      importValue: (name) => {
        const value = exported.get(name);
        if (!value) throw new Error(`stack ${stack.name} imports ${name}, which no stack exports`);
        return value();
      },
      stackOutput: (other, output) => {
        const value = outputs.get(outputName(other, output));
        if (!value)
          throw new Error(`stack ${stack.name} asks for the output ${output}, which ${other} lacks`);
        return value();
      },
    });
    for (const [output, { Value, Export }] of Object.entries(stack.template.Outputs ?? {})) {
      outputs.set(outputName(stack.name, output), () => scope.resolve(Value));
      if (Export) exported.set(String(scope.resolve(Export.Name)), () => scope.resolve(Value));
    }
    return { stack, ...scope };
  });
  return resolved.flatMap(({ stack, resolve, identity }) =>
    Object.entries(stack.template.Resources ?? {})
      .filter(
        ([logicalId, declaration]) =>
          isPresent(declaration, resolve) && hasMeaning(stack, logicalId, declaration),
      )
      .map(([logicalId, { Type, Properties = {} }]) => ({
        stack: stack.name,
        logicalId,
        type: Type,
        ...identity(logicalId),
        properties: resolve(Properties) as Record<string, unknown>,
        assets: stack.assets,
      })),
  );
}

const isPresent = ({ Condition }: ResourceDeclaration, resolve: (value: unknown) => unknown): boolean =>
  Condition === undefined || resolve({ Condition }) === true;

function hasMeaning(stack: Stack, logicalId: string, { Type }: ResourceDeclaration): boolean {
  if (Object.hasOwn(ignoredTypes, Type)) return false;
  if (isKnownType(Type)) return true;
  throw new StartFailure(
    `${stack.name}/${logicalId} is a ${Type}, which the local runtime cannot run: ` +
      "teach it the type, or list it as ignored with the reason (template/without-local-meaning.ts)",
  );
}

function stackScope(
  { name, template }: Stack,
  queueUrlBase: string,
  others: Pick<References, "importValue" | "stackOutput">,
) {
  const identities = new Map<string, Identity>();
  const identity = (logicalId: string): Identity => {
    const known = identities.get(logicalId);
    if (known) return known;
    const declaration = ownValue(template.Resources, logicalId);
    if (!declaration) throw new Error(`stack ${name} refers to ${logicalId}, which it does not declare`);
    const made = identityOf(declaration.Type, {
      stack: name,
      logicalId,
      queueUrlBase,
      named: (property) => {
        const value = resolve(ownValue(declaration.Properties, property));
        return value === undefined || value === noValue ? undefined : String(value);
      },
    });
    identities.set(logicalId, made);
    return made;
  };

  const pseudo: Readonly<Record<string, unknown>> = {
    "AWS::AccountId": pseudoParameters.accountId,
    "AWS::Region": pseudoParameters.region,
    "AWS::Partition": pseudoParameters.partition,
    "AWS::URLSuffix": pseudoParameters.urlSuffix,
    "AWS::StackName": name,
    "AWS::StackId": `arn:${pseudoParameters.partition}:cloudformation:${pseudoParameters.region}:${pseudoParameters.accountId}:stack/${name}/local`,
    "AWS::NoValue": noValue,
    "AWS::NotificationARNs": [],
  };

  const resolve = createResolver({
    ref: (target) => {
      if (Object.hasOwn(pseudo, target)) return ownValue(pseudo, target);
      const parameter = ownValue(template.Parameters, target);
      return parameter ? parameter.Default : identity(target).id;
    },
    attribute: (logicalId, attribute) => {
      const { arn, attributes } = identity(logicalId);
      const value = attribute === "Arn" ? arn : ownValue(attributes, attribute);
      if (value === undefined) {
        const type = ownValue(template.Resources, logicalId)?.Type;
        throw new Error(`the local runtime has no attribute ${attribute} of ${logicalId} (${type})`);
      }
      return value;
    },
    ...others,
    mapped: (map, first, second) => ownValue(ownValue(ownValue(template.Mappings, map), first), second),
    condition: (condition) => ownValue(template.Conditions, condition),
  });
  return { resolve, identity };
}
