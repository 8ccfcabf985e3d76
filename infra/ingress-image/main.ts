import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleIngress } from "../bundling/bundle-ingress.ts";
import { type Architecture, architectures } from "./architecture.ts";
import { unpackLibraries } from "./debian-packages.ts";
import { layerOf } from "./layer.ts";
import { unpackNode } from "./node-program.ts";
import { writeLayout } from "./oci-layout.ts";

const usage = `usage: npm run -s ingress-image -- FOLDER [--architecture ${architectures.join("|")}]`;
const PORT = 9292;
const TAG = "ingress";

function fail(message: string): never {
  console.error(`ingress-image: ${message}`);
  process.exit(2);
}

function readArguments(): { folder: string; architecture: Architecture } {
  try {
    const { values, positionals } = parseArgs({
      options: { architecture: { type: "string", default: architectures[0] } },
      allowPositionals: true,
    });
    const architecture = architectures.find((one) => one === values.architecture);
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0 || architecture === undefined) fail(usage);
    return { folder: resolve(folder), architecture };
  } catch {
    fail(usage);
  }
}

/** Newer releases unpack everything below /usr, and have the links of old in a package of their own. */
async function linkLibraries(root: string): Promise<void> {
  for (const name of ["lib", "lib64"])
    if (existsSync(join(root, "usr", name)) && !existsSync(join(root, name)))
      await symlink(join("usr", name), join(root, name));
}

/** The files of the container: Node, what it is linked with, and the ingress. */
async function fillRoot(root: string, scratch: string, architecture: Architecture): Promise<void> {
  await unpackLibraries(root, scratch, architecture);
  await linkLibraries(root);
  const app = join(root, "app");
  await unpackNode(app, scratch, architecture);
  bundleIngress(app);
  await rm(join(app, "Dockerfile"));
  await mkdir(join(root, "etc"), { recursive: true });
  await mkdir(join(root, "tmp"), { mode: 0o1777 });
  await writeFile(join(root, "etc/passwd"), "node:x:1000:1000::/:/usr/sbin/nologin\n");
  await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
}

const { folder, architecture } = readArguments();
const there = await readdir(folder).catch(() => []);
if (there.length > 0) fail(`${folder} is not empty: name a new folder`);
const scratch = await mkdtemp(join(tmpdir(), "glance-ingress-image-"));
try {
  const root = join(scratch, "root");
  await mkdir(root);
  await fillRoot(root, scratch, architecture);
  await mkdir(folder, { recursive: true });
  const digest = await writeLayout(folder, {
    ...{ architecture, port: PORT, tag: TAG },
    layer: await layerOf(root, scratch),
    entrypoint: ["/app/node", "index.mjs"],
  });
  console.log(`${folder}: ${architecture}, ${digest}`);
  console.log(`send it to a registry: skopeo copy oci:${folder}:${TAG} docker://REGISTRY/NAME:TAG`);
} catch (error) {
  console.error(`ingress-image: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
