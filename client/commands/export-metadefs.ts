import { join } from "node:path";
import { NAMESPACES_AT_ONCE } from "../limits.ts";
import { prepareFolder, writeDefinitions } from "../metadefs/export-folder.ts";
import { exportNames } from "../metadefs/export-names.ts";
import { refusalReason } from "../metadefs/refusal-reason.ts";
import type { MetadefService } from "../openstack/metadef-service.ts";
import type { NamespaceDefinitions } from "../openstack/namespace-definitions.ts";
import { inParallel } from "../protocol/in-parallel.ts";
import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface ExportOptions {
  readonly namespace?: readonly string[];
  readonly resourceType?: readonly string[];
}

/** Whether it is one of those that are named, and of one of the resource types that are. */
function isChosen(
  { namespace, resource_type_associations }: NamespaceDefinitions,
  options: ExportOptions,
): boolean {
  const { namespace: names, resourceType: types } = options;
  return (
    (names === undefined || names.includes(namespace)) &&
    (types === undefined || types.some((type) => resource_type_associations.has(type)))
  );
}

interface Line {
  readonly namespace: string;
  readonly file: string | null;
  readonly reason?: string;
}

async function exportOne(
  service: MetadefService,
  namespace: string,
  file: string,
  callersProject: string | undefined,
): Promise<Line> {
  try {
    const definitions = await service.find(namespace);
    // It went meanwhile, or its name is one that a Glance takes but finds by no URL, such as one with a slash.
    if (!definitions) return { namespace, file: null, reason: "the service does not show it" };
    await writeDefinitions(file, definitions, callersProject);
    return { namespace, file };
  } catch (error) {
    const reason = refusalReason(error);
    if (reason === undefined) throw error;
    return { namespace, file: null, reason };
  }
}

/** `imagectl metadefs export FOLDER`: one file a namespace, all that the caller sees or those that are named. */
export async function exportMetadefs(
  context: Context,
  folder: string,
  options: ExportOptions,
): Promise<Result> {
  const { metadefs, session } = await context.service();
  const seen: NamespaceDefinitions[] = [];
  for await (const namespace of metadefs.list()) seen.push(namespace);
  // Of all, so that a namespace has the same file whatever else is exported with it.
  const names = exportNames(seen);
  const chosen = new Map(
    seen
      .filter((each) => isChosen(each, options))
      .map(({ namespace }) => [namespace, join(folder, names.get(namespace) ?? "")]),
  );
  await prepareFolder(folder, chosen);
  const lines = new Map<string, Line>();
  await inParallel(
    chosen,
    () => NAMESPACES_AT_ONCE,
    async ([namespace, file]) => {
      lines.set(namespace, await exportOne(metadefs, namespace, file, session.project));
    },
    context.signal,
  );
  const missing = (options.namespace ?? [])
    .filter((name) => !chosen.has(name))
    .map((namespace): Line => ({ namespace, file: null, reason: "there is none" }));
  const all = [...[...chosen.keys()].flatMap((name) => lines.get(name) ?? []), ...missing];
  const lost = all.filter(({ file }) => file === null).length;
  const rows = all.map(({ namespace, file, reason }) => [namespace, file ?? reason]);
  return {
    json: all,
    text: rows.length === 0 ? "no namespaces" : table(["namespace", "file"], rows),
    ...(lost === 0 ? {} : { failure: new Error(`${lost} of ${all.length} namespaces are not exported`) }),
  };
}
