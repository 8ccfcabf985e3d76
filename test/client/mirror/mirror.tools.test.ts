import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ImageClient, logInEach } from "../../runtime/image-client.ts";
import { type LocalRuntime, startRuntime } from "../../runtime/local-runtime.ts";
import { createMachine, type Machine } from "../imagectl-process.ts";
import {
  comparesWhatIsThere,
  leavesDamagedOnesAlone,
  takesNoStrangers,
  waitsForNoOtherImport,
} from "./mirror-distrust.ts";
import {
  bytesOf,
  definitionOf,
  followsTheLatest,
  livesOn,
  type Mirroring,
  mirror,
  mirrored,
  readsSimplestreams,
  refusesOtherBytes,
  versionOf,
  write,
} from "./mirror-lives.ts";
import { hashOf, type Publisher, startPublisher } from "./publisher.ts";

/* imagectl mirror and import in front of this service, which compares checksums itself. */

let runtime: LocalRuntime;
let publisher: Publisher;
let machine: Machine;
let admins: Machine;
let admin: ImageClient;
let demo: ImageClient;
let alt: ImageClient;
const mirroring = (): Mirroring => ({ publisher, machine, parallel: 4 });
beforeAll(async () => {
  publisher = await startPublisher();
  runtime = await startRuntime({
    environment: {
      GLANCE_IMPORT_ALLOWED_NETWORKS: "127.0.0.1/32",
      GLANCE_ALLOWED_PORTS: new URL(publisher.url).port,
    },
  });
  const of = (cloud: string) =>
    createMachine({ OS_CLIENT_CONFIG_FILE: join(runtime.home, "clouds.yaml"), OS_CLOUD: cloud });
  [machine, admins] = [of("demo"), of("admin")];
  [admin, demo, alt] = await logInEach(runtime.url, "admin", "demo", "alt");
});
afterAll(async () => {
  await publisher?.close();
  machine?.remove();
  admins?.remove();
  await runtime?.stop();
  runtime?.remove();
});

it("brings what is new, and has the old one keep its place until then", () => livesOn(mirroring()));
it("follows what a publisher calls its latest one", () => followsTheLatest(mirroring()));
it("reads an index of simplestreams", () => readsSimplestreams(mirroring()));
it("refuses bytes that are not the published ones", () => refusesOtherBytes(mirroring()));

it("takes no image of another project for the mirror's", () =>
  takesNoStrangers({ ...mirroring(), machine: admins }, admin, alt));
it("leaves out of use what an audit found damaged", () =>
  leavesDamagedOnesAlone({ ...mirroring(), machine: admins }, runtime.home));
it("compares what is there already", () => comparesWhatIsThere(mirroring(), demo));
it("waits for no import of anything else", () => waitsForNoOtherImport(mirroring(), demo));

it("makes one image when it runs twice at once, with a SHA-256 that no Glance could compare", async () => {
  const bytes = bytesOf("twice");
  publisher.put("/t/1.img", bytes);
  const sha256 = `sha256:${hashOf("sha256", bytes)}`;
  write(mirroring(), definitionOf("Twice", versionOf("1", `${publisher.url}/t/1.img`, sha256)));
  const runs = await Promise.all([mirror(mirroring()), mirror(mirroring()), mirror(mirroring())]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await machine.json("image", "list", "--name", "Twice")).toHaveLength(1);
});

it("is killed at any moment, and the next run goes on", async () => {
  const bytes = bytesOf("killed");
  publisher.put("/k/1.img", bytes);
  const sha256 = `sha256:${hashOf("sha256", bytes)}`;
  write(mirroring(), definitionOf("Killed", versionOf("1", `${publisher.url}/k/1.img`, sha256)));
  for (const ms of [500, 700, 900, 1100]) {
    const started = machine.start("mirror", "images.yml", "--json");
    await new Promise((wake) => setTimeout(wake, ms));
    started.process.kill("SIGKILL");
    await started.ended;
  }
  expect((await mirror(mirroring())).code).toBe(0);
  expect((await mirrored(mirroring())).get("Killed")).toMatchObject({ status: "active" });
  expect([...(await mirrored(mirroring())).keys()].filter((name) => name.startsWith("Killed"))).toEqual([
    "Killed",
  ]);
});

it("imports a URL with its checksum, and tells of a wrong one with exit code 4", async () => {
  const bytes = bytesOf("import");
  publisher.put("/i/disk.raw", bytes);
  const url = `${publisher.url}/i/disk.raw`;
  const right = `sha256:${hashOf("sha256", bytes)}`;
  const { image } = await machine.json("import", url, "--checksum", right, "--name", "imported");
  expect(image).toMatchObject({ status: "active", checksum: hashOf("md5", bytes) });
  const wrong = await machine.run("import", url, "--checksum", `sha256:${hashOf("sha256", "other")}`);
  expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining("is still there")]);
  const late = url.replace("/i/", "/slow/i/");
  const begun = await machine.json(
    "import",
    late,
    "--no-wait",
    "--checksum",
    `sha256:${hashOf("sha256", "other")}`,
  );
  const waited = await machine.run("import", (begun.image as { id: string }).id);
  expect([waited.code, waited.stderr]).toEqual([4, expect.stringContaining("is still there")]);
});
