import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const usage = `Looks at what AWS really does where this service had to assume it (docs/aws.md), point by point.

  npm run smoke -- --endpoint URL

  --endpoint URL    the API: output ApiUrl of the API stack
  --os-cloud NAME   the login, of clouds.yaml; else OS_* variables (OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME, …)
  --outputs FILE    what cdk deploy --outputs-file wrote; with AWS credentials, for the points that need them
  --bucket, --table NAME   instead of --outputs
  --patient         waits for the end of a presigned URL
  --restore         restores the table beside itself to see its new identity (billed; with --outputs or --table)
  --only NAME,…     these points alone
  --clean           deletes what runs have left that were killed, and looks at nothing
`;

export interface Arguments {
  readonly endpoint: string;
  readonly cloud?: string | undefined;
  readonly aws?: { readonly bucket: string; readonly table: string };
  readonly isPatient: boolean;
  readonly restores: boolean;
  readonly only?: readonly string[];
  readonly cleans: boolean;
}

/** A command line that cannot be understood, in a sentence. */
export class BadArguments extends Error {}

function outputs(file: string): Record<string, string> {
  try {
    return Object.assign({}, ...Object.values(JSON.parse(readFileSync(file, "utf8")) as object));
  } catch (cause) {
    throw new BadArguments(`--outputs ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Undefined: help was asked for. Throws BadArguments. */
export function readArguments(words: readonly string[], names: readonly string[]): Arguments | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = {
    ...{ endpoint: text, "os-cloud": text, outputs: text, bucket: text, table: text, only: text },
    ...{ patient: flag, restore: flag, clean: flag, help: flag },
  };
  const parse = () => {
    try {
      return parseArgs({ args: [...words], options }).values;
    } catch (cause) {
      throw new BadArguments((cause as Error).message.split(". ")[0] ?? "", { cause });
    }
  };
  const values = parse();
  if (values.help) return undefined;
  const given = values.outputs === undefined ? {} : outputs(values.outputs);
  const endpoint = (values.endpoint ?? given.ApiUrl ?? "").replace(/\/+$/, "");
  if (!/^https?:\/\/[^/]/.test(endpoint) || !URL.canParse(endpoint))
    throw new BadArguments(
      "which --endpoint? The output ApiUrl of the API stack, e.g. https://….amazonaws.com/prod",
    );
  const bucket = values.bucket ?? given.BucketName;
  const table = values.table ?? given.TableName;
  if ((bucket === undefined) !== (table === undefined))
    throw new BadArguments("--bucket and --table go together, or --outputs names both");
  const only = values.only?.split(",");
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new BadArguments(`--only: there is no point ${unknown}; they are ${names.join(", ")}`);
  if (values.restore && table === undefined)
    throw new BadArguments("--restore needs --outputs, or --bucket and --table");
  return {
    endpoint,
    cloud: values["os-cloud"],
    isPatient: values.patient,
    restores: values.restore,
    cleans: values.clean,
    ...(bucket !== undefined && table !== undefined && { aws: { bucket, table } }),
    ...(only && { only }),
  };
}
