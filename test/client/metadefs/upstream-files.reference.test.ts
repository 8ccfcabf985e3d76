import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireReference } from "../../reference/differential/reference.ts";
import type { Target } from "../../reference/differential/session.ts";
import { keystoneUrl } from "../../reference/rbac/callers.ts";
import { type ImageClient, logIn } from "../../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../../runtime/local-runtime.ts";
import { createMachine, type Machine } from "../imagectl-process.ts";
import { readCatalogue, settled } from "./read-catalogue.ts";

/*
 * The files of Debian's package glance-common, loaded into the real Glance by its glance-manage (test/reference/stack)
 * and into this service by imagectl: the same catalogue.
 */
const folder = "/etc/glance/metadefs";
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { namespace: string }).namespace);

let reference: Target;
let runtime: LocalRuntime;
let admin: ImageClient;
let ours: Machine;
let theirs: Machine;
beforeAll(async () => {
  reference = await requireReference();
  runtime = await startRuntime();
  admin = await logIn(runtime.url, "admin");
  ours = createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: "admin" });
  theirs = createMachine({
    OS_AUTH_URL: keystoneUrl,
    OS_USERNAME: "admin",
    OS_PASSWORD: "admin",
    OS_PROJECT_NAME: "admin",
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  });
  await ours.json("metadefs", "load", folder);
});
afterAll(async () => {
  ours?.remove();
  theirs?.remove();
  await runtime?.stop();
  runtime?.remove();
});

/** What a namespace is, whoever it belongs to: glance-manage makes a project named admin its owner. */
const ownerless = (documents: Readonly<Record<string, unknown>>, namespace: string): unknown => {
  const { owner, ...others } = documents[namespace] as Record<string, unknown>;
  expect(owner).toEqual(expect.any(String));
  return others;
};

it("the files are those of more than thirty namespaces", () => {
  expect(new Set(names).size).toBeGreaterThan(30);
});

describe("each namespace", () => {
  it("is the same when the API shows it", async () => {
    const headers = reference.callers.headersOf("admin");
    const [here, there] = await Promise.all([
      readCatalogue((path) => admin.fetch(path)),
      readCatalogue((path) => fetch(`${reference.url}${path}`, { headers }), names),
    ]);
    for (const name of names) expect(ownerless(here, name), name).toEqual(ownerless(there, name));
  });

  it("is the same in the exported files, under the same names", async () => {
    const chosen = names.flatMap((name) => ["--namespace", name]);
    const [here, there] = [join(ours.folder, "out"), join(theirs.folder, "out")];
    await ours.json("metadefs", "export", here);
    await theirs.json("metadefs", "export", there, ...chosen);
    expect(readdirSync(here).sort()).toEqual(readdirSync(there).sort());
    for (const name of readdirSync(here)) {
      const [one, other] = [here, there].map((out) => exported(join(out, name)));
      expect(one, name).toEqual(other);
    }
  });

  it("is the same as its file for the real Glance, too", async () => {
    const { files } = await theirs.json("metadefs", "load", folder, "--merge", "--overwrite", "--dry-run");
    expect((files as { result: string }[]).filter(({ result }) => result !== "left alone")).toEqual([]);
  });
});

/** An exported file without its owner and without the order of what the API shows in none. */
function exported(file: string): unknown {
  const { owner: _, ...body } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  return settled(body);
}
