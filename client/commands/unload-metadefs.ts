import { UsageError } from "../command-line/failures.ts";
import { NAMESPACES_AT_ONCE } from "../limits.ts";
import { refusalReason } from "../metadefs/refusal-reason.ts";
import type { MetadefService } from "../openstack/metadef-service.ts";
import { inParallel } from "../protocol/in-parallel.ts";
import { table } from "../terminal/table.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface UnloadOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
}

interface Line {
  readonly namespace: string;
  readonly result: "would be deleted" | "deleted" | "protected" | "refused" | "missing";
  readonly reason?: string;
}

/** What the command is about: these names, each once, or all that the caller sees. */
async function namesOf(service: MetadefService, names: readonly string[]): Promise<readonly string[]> {
  if (names.length > 0) return [...new Set(names)];
  const seen: string[] = [];
  for await (const { namespace } of service.list()) seen.push(namespace);
  return seen;
}

async function remove(
  service: MetadefService,
  namespace: string,
  { yes, force }: UnloadOptions,
): Promise<Line> {
  try {
    const base = await service.find(namespace);
    if (!base) return { namespace, result: "missing" };
    if (base.protected && !force) return { namespace, result: "protected" };
    if (!yes) return { namespace, result: "would be deleted" };
    if (base.protected) await service.update(namespace, { ...base, protected: false });
    await service.delete(namespace);
    return { namespace, result: "deleted" };
  } catch (error) {
    const reason = refusalReason(error);
    if (reason === undefined) throw error;
    return { namespace, result: "refused", reason };
  }
}

function failureOf(lines: readonly Line[], { yes }: UnloadOptions): Error | undefined {
  const left = lines.filter(({ result }) => result !== "deleted" && result !== "would be deleted");
  const some = `${left.length} of ${lines.length} namespaces`;
  if (!yes && lines.length > left.length)
    return new UsageError("nothing is deleted without --yes; this is what would be");
  if (left.some(({ result }) => result === "protected"))
    return new Error(`${some} are not deleted; --force deletes the protected ones, too`);
  return left.length === 0 ? undefined : new Error(`${some} are not deleted`);
}

/** `imagectl metadefs unload [NAMESPACE…]`: deletes namespaces with all that they contain. */
export async function unloadMetadefs(
  context: Context,
  names: readonly string[],
  options: UnloadOptions,
): Promise<Result> {
  const { metadefs } = await context.service();
  const chosen = await namesOf(metadefs, names);
  const lines = new Map<string, Line>();
  await inParallel(
    chosen,
    () => NAMESPACES_AT_ONCE,
    async (name) => {
      lines.set(name, await remove(metadefs, name, options));
    },
    context.signal,
  );
  const inOrder = chosen.flatMap((name) => lines.get(name) ?? []);
  const failure = failureOf(inOrder, options);
  const rows = inOrder.map(({ namespace, result, reason }) => [namespace, result, reason]);
  return {
    json: inOrder,
    text: rows.length === 0 ? "no namespaces" : table(["namespace", "result", "why"], rows),
    ...(failure ? { failure } : {}),
  };
}
