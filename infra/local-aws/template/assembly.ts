import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface ResourceDeclaration {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, ResourceDeclaration>>;
  readonly Outputs?: Readonly<Record<string, { Value: unknown; Export?: { Name: unknown } }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Parameters?: Readonly<Record<string, { Default?: unknown }>>;
}

/** One stack of a synthesised CDK app. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
  /**
   * Key in the asset bucket -> path of the file or folder that would be uploaded under it; tag of a container's image ->
   * the folder that it would be built of.
   */
  readonly assets: ReadonlyMap<string, string>;
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      { type: string; properties?: { stackName?: string; templateFile?: string; file?: string } }
    >
  >;
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      { source: { path?: string }; destinations: Readonly<Record<string, { objectKey: string }>> }
    >
  >;
  readonly dockerImages?: Readonly<
    Record<
      string,
      { source: { directory?: string }; destinations: Readonly<Record<string, { imageTag: string }>> }
    >
  >;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** Reads a cloud assembly (`cdk.out`). Throws for nested assemblies (CDK stages), which the runtime does not run. */
export function readAssembly(directory: string): readonly Stack[] {
  const artifacts = Object.entries((readJson(join(directory, "manifest.json")) as Manifest).artifacts ?? {});
  const nested = artifacts.find(([, { type }]) => type === "cdk:cloud-assembly");
  if (nested)
    throw new Error(`the CDK app has a stage (${nested[0]}): the local runtime runs plain stacks only`);

  const assets = new Map(
    artifacts
      .filter(([, { type }]) => type === "cdk:asset-manifest")
      .flatMap(([, { properties }]) => assetsOf(directory, properties?.file ?? "")),
  );
  return artifacts
    .filter(([, { type }]) => type === "aws:cloudformation:stack")
    .map(([id, { properties }]) => ({
      name: properties?.stackName ?? id,
      template: readJson(join(directory, properties?.templateFile ?? "")) as Template,
      assets,
    }));
}

function assetsOf(directory: string, file: string): [string, string][] {
  const { files = {}, dockerImages = {} } = readJson(join(directory, file)) as AssetManifest;
  return [
    ...Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }): [string, string] => [
        objectKey,
        join(directory, source.path ?? ""),
      ]),
    ),
    ...Object.values(dockerImages).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ imageTag }): [string, string] => [
        imageTag,
        join(directory, source.directory ?? ""),
      ]),
    ),
  ];
}
