import { commandLine } from "../command-line/command-line.ts";
import { Advised, Interrupted, Resumable, UsageError } from "../command-line/failures.ts";
import { NAMESPACES_AT_ONCE } from "../limits.ts";
import { type DefinitionFile, readDefinitionFiles } from "../metadefs/definition-files.ts";
import { collections, type Names } from "../metadefs/differences.ts";
import { loadNamespace, type Mode, type Outcome } from "../metadefs/load-namespace.ts";
import { inParallel } from "../protocol/in-parallel.ts";
import { explain } from "../terminal/explain.ts";
import { table } from "../terminal/table.ts";
import { ExchangeFailed } from "../transfer/exchange-failed.ts";
import { isPassing } from "../transfer/transfer-api.ts";
import type { Context } from "./context.ts";
import type { Result } from "./result.ts";

export interface LoadOptions {
  readonly merge?: boolean;
  readonly preferNew?: boolean;
  /** Upstream's spelling. */
  readonly prefer_new?: boolean;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

/** Where Debian's package glance-common and upstream's loader have them. */
const DEFAULT_FOLDER = "/etc/glance/metadefs";

interface Line extends Omit<Outcome, "result"> {
  readonly file: string;
  readonly namespace: string | null;
  readonly result: Outcome["result"] | "unreadable";
}

/** What upstream's options mean. Throws UsageError for combinations that mean nothing. */
function modeOf({ merge, preferNew, prefer_new, overwrite }: LoadOptions): Mode {
  const prefersNew = preferNew === true || prefer_new === true;
  if (prefersNew && overwrite)
    throw new UsageError("--prefer-new and --overwrite contradict each other: give one of them");
  if ((prefersNew || overwrite) && !merge)
    throw new UsageError("--prefer-new and --overwrite say how to merge: give --merge, too");
  if (prefersNew) return "prefer-new";
  if (overwrite) return "overwrite";
  return merge ? "merge" : "skip";
}

const nouns = {
  resource_type_associations: ["resource type", "resource types"],
  properties: ["property", "properties"],
  objects: ["object", "objects"],
  tags: ["tag", "tags"],
} as const;

/** `2 properties, 1 tag`; nothing for nothing. */
const counted = (names: Names): string =>
  collections
    .filter((kind) => names[kind].length > 0)
    .map((kind) => `${names[kind].length} ${nouns[kind][names[kind].length === 1 ? 0 : 1]}`)
    .join(", ");

function detailOf({ added, updated, reason }: Line): string {
  const parts = [
    ["added", added && counted(added)],
    ["updated", updated && counted(updated)],
  ].flatMap(([word, amounts]) => (amounts ? [`${word} ${amounts}`] : []));
  return [...parts, ...(reason === undefined ? [] : [reason])].join("; ");
}

const results = ["made", "changed", "replaced", "left alone", "refused", "unreadable"] as const;

function resultOf(lines: readonly Line[], isDryRun: boolean): Result {
  const count = (result: Line["result"]) => lines.filter((line) => line.result === result).length;
  const summary = results.filter((each) => count(each) > 0).map((each) => `${count(each)} ${each}`);
  const failed = count("refused") + count("unreadable");
  const rows = lines.map((line) => [line.namespace, line.result, line.file, detailOf(line)]);
  const total = `${isDryRun ? "would be: " : ""}${summary.join(", ")}`;
  return {
    json: { dry_run: isDryRun, files: lines },
    text: `${table(["namespace", "result", "file", "what"], rows)}\n\n${total}`,
    ...(failed === 0
      ? {}
      : { failure: new Error(`${failed} of ${lines.length} files could not be loaded as they are`) }),
  };
}

async function read(paths: readonly string[]): Promise<readonly DefinitionFile[]> {
  const files = await readDefinitionFiles(paths.length > 0 ? paths : [DEFAULT_FOLDER]);
  const [only] = files;
  if (paths.length === 0 && files.length === 1 && only && "error" in only)
    throw new Advised(only.error, "Name a file or a folder, or install Debian's package glance-common.");
  return files;
}

/** `imagectl metadefs load [FILE|FOLDER…]`: a summary of each file; the exit code says whether all is as they say. */
export async function loadMetadefs(
  context: Context,
  paths: readonly string[],
  options: LoadOptions,
): Promise<Result> {
  const load = { mode: modeOf(options), isDryRun: options.dryRun === true };
  const files = await read(paths);
  const { metadefs } = await context.service();
  const lines = new Map<string, Line>();
  const one = async (each: DefinitionFile): Promise<Line> => {
    if ("error" in each) {
      const reason = explain(each.error).message;
      return { file: each.file, namespace: null, result: "unreadable", reason };
    }
    const { namespace } = each.definitions;
    return { file: each.file, namespace, ...(await loadNamespace(metadefs, each.definitions, load)) };
  };
  try {
    await inParallel(
      files,
      () => NAMESPACES_AT_ONCE,
      async (each) => {
        lines.set(each.file, await one(each));
      },
      context.signal,
    );
  } catch (error) {
    if (!(error instanceof Interrupted || error instanceof ExchangeFailed || isPassing(error))) throw error;
    const words = (["merge", "overwrite"] as const).flatMap((word) => (options[word] ? [`--${word}`] : []));
    const prefer = load.mode === "prefer-new" ? ["--prefer-new"] : [];
    throw new Resumable(error, commandLine("metadefs", "load", ...paths, ...words, ...prefer));
  }
  return resultOf(
    files.flatMap(({ file }) => lines.get(file) ?? []),
    load.isDryRun,
  );
}
