// `npm run smoke -- --endpoint URL`: looks at what docs/aws.md names, and exits with 1 where AWS did something else.
import { homedir } from "node:os";
import { readCloud } from "../../client/openstack/read-cloud.ts";
import { openSession } from "../../client/openstack/session.ts";
import { cloudTls } from "../../client/openstack/tls-settings.ts";
import { createConnections } from "../../client/transfer/connections.ts";
import { cleanBucket, openAwsSide } from "./aws-side.ts";
import { cleanImages, removeImages } from "./clean-images.ts";
import { cleanTables } from "./clean-tables.ts";
import { look, type Seen } from "./look.ts";
import { points } from "./points.ts";
import { type Arguments, BadArguments, readArguments, usage } from "./read-arguments.ts";
import type { Need } from "./smoke-point.ts";
import { createWorld, type World } from "./world.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => interrupted.abort());

async function worldOf({ endpoint, cloud, aws }: Arguments, made: Set<string>) {
  // With the service's own identity, which lies behind the same URL, user and password are all that is needed.
  const environment =
    cloud || process.env.OS_CLOUD ? process.env : { OS_AUTH_URL: `${endpoint}/v3`, ...process.env };
  const where = { environment, cwd: process.cwd(), home: homedir(), warn: console.error };
  const settings = await readCloud({ cloud, imageEndpoint: endpoint }, where);
  const connections = createConnections({ tls: () => cloudTls(settings.tls, environment) });
  const session = await openSession(settings, connections, new AbortController().signal);
  const world = createWorld(endpoint, session.withToken, made, aws && openAwsSide(aws.bucket, aws.table));
  return { world, close: () => connections.close() };
}

async function clean(world: World): Promise<void> {
  const images = await cleanImages(world);
  const inBucket = world.aws && (await cleanBucket(world.aws));
  const tables = world.aws && (await cleanTables(world.aws));
  const elsewhere =
    inBucket === undefined
      ? "; the bucket was not looked at: give --outputs FILE and AWS credentials"
      : `, ${inBucket} objects and uploads, ${tables} tables`;
  console.log(`deleted: ${images} images${elsewhere}`);
}

const widest = Math.max(...points.map(({ name }) => name.length));
const assumedWidth = Math.max(...points.map(({ assumed }) => assumed.length));
const print = ({ point, assumed, seen }: Seen): void =>
  console.log(`${point.padEnd(widest)}  ${assumed.padEnd(assumedWidth)}  ${seen}`);

async function lookAtAll(world: World, wanted: Arguments): Promise<readonly Seen[]> {
  const has = new Set<Need>([
    ...(wanted.aws ? (["aws"] as const) : []),
    ...(wanted.isPatient ? (["patient"] as const) : []),
    ...(wanted.restores ? (["restore"] as const) : []),
  ]);
  print({ point: "POINT", assumed: "ASSUMED", seen: "SEEN" });
  const rows: Seen[] = [];
  for (const point of points) {
    if (interrupted.signal.aborted) break;
    if (wanted.only && !wanted.only.includes(point.name)) continue;
    const row = await look(point, world, has);
    print(row);
    rows.push(row);
  }
  return rows;
}

async function main(): Promise<number> {
  const wanted = readArguments(
    process.argv.slice(2),
    points.map(({ name }) => name),
  );
  if (wanted === undefined) {
    console.log(usage);
    return 0;
  }
  const made = new Set<string>();
  const { world, close } = await worldOf(wanted, made);
  try {
    if (wanted.cleans) {
      await clean(world);
      return 0;
    }
    const rows = await lookAtAll(world, wanted);
    const left = await removeImages(world, made);
    if (world.aws) await cleanBucket(world.aws);
    for (const fault of left) console.error(`left behind, --clean takes it: ${fault}`);
    const others = rows.filter(({ isAsAssumed }) => isAsAssumed === false);
    const looked = rows.filter(({ isAsAssumed }) => isAsAssumed !== undefined);
    console.log(
      `\n${looked.length} of ${rows.length} points looked at, ${others.length} different from what was assumed`,
    );
    if (others.length > 0)
      console.log(`docs/aws.md says what each means: ${others.map(({ point }) => point).join(", ")}`);
    return interrupted.signal.aborted ? 130 : others.length + left.length > 0 ? 1 : 0;
  } finally {
    close();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error((error as Error).message);
    process.exitCode = error instanceof BadArguments ? 2 : 1;
  },
);
