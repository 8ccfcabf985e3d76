import type { FunctionName } from "../../../infra/functions/functions.ts";
import { synthesise } from "../cdk/synthesise.ts";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, never>;
}

/** The templates as they are without settings. */
export const { state, api, upkeep } = await synthesise();

export const resources = (template: typeof api): Record<string, Resource> => template.toJSON().Resources;
/** Of all three. */
export const allResources = [state, api, upkeep].flatMap((template) => Object.entries(resources(template)));
export const ofType = (type: string) => allResources.filter(([, { Type }]) => Type === type);

/** Logical id and properties of a function in its stack. */
export function functionOf(name: FunctionName) {
  const template = name.startsWith("upkeep/") ? upkeep : api;
  const [found] = Object.entries(
    template.findResources("AWS::Lambda::Function", { Properties: { Description: name } }),
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return { template, id: found[0], properties: found[1].Properties };
}

/** Of the scheduled functions. */
export const deadLetters = {
  "Fn::GetAtt": [ofType("AWS::SQS::Queue").find(([id]) => id.startsWith("ScheduleDeadLetters"))?.[0], "Arn"],
};
