import { list, property, refuse, text } from "./properties.ts";
import type { Resource } from "./resources.ts";

/** A container that runs for as long as the deployment is there. */
export interface ContainerDefinition {
  /** As the task definition calls it: the name of the log file, of the principal and of its folders. */
  readonly name: string;
  /** Of the task: what the container may do. */
  readonly roleArn: string;
  /** What its image is built of. */
  readonly directory: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Paths at which it has volumes, by the volumes' names. */
  readonly volumes: readonly { readonly volume: string; readonly path: string }[];
}

interface Declared {
  readonly Name: string;
  readonly Image: string;
  readonly Command?: readonly string[];
  readonly Environment?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly MountPoints?: readonly { readonly SourceVolume: string; readonly ContainerPath: string }[];
}

/** `AWS::ECS::TaskDefinition` of one container of Node, built of an asset of the app. */
export function containerOf(resource: Resource): ContainerDefinition {
  refuse(resource, "ProxyConfiguration", "InferenceAccelerators");
  const [declared, ...others] = list<Declared>(resource, "ContainerDefinitions");
  if (!declared || others.length > 0)
    throw new Error(
      `${resource.logicalId} has ${others.length + (declared ? 1 : 0)} containers: one runs here`,
    );
  const { Name: name, Image: image, Command: command = [], Environment = [], MountPoints = [] } = declared;
  const directory = resource.assets.get(image.slice(image.lastIndexOf(":") + 1));
  if (directory === undefined)
    throw new Error(
      `the image of ${resource.logicalId} is no asset of the app: ${property(resource, "Family")}`,
    );
  if (command[0] !== "node")
    throw new Error(`${resource.logicalId} wants ${command[0] ?? "no command"}: only node runs here`);
  return {
    ...{ name, directory, command, roleArn: text(resource, "TaskRoleArn") },
    environment: Object.fromEntries(Environment.map(({ Name, Value }) => [Name, String(Value)])),
    volumes: MountPoints.map(({ SourceVolume: volume, ContainerPath: path }) => ({ volume, path })),
  };
}
