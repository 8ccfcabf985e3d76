import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Machine } from "../imagectl-process.ts";
import { hashOf, type Publisher } from "./publisher.ts";

/** What `imagectl mirror --json` says of one image. */
interface Told {
  readonly name: string;
  readonly version: string;
  readonly result: string;
  readonly what: string;
  readonly id: string | null;
}

/** A user with a file of definitions, in front of some Glance. */
export interface Mirroring {
  readonly machine: Machine;
  readonly publisher: Publisher;
  /** Imports at one time: a Glance on SQLite loses some of several. */
  readonly parallel: number;
}

export const bytesOf = (text: string): Buffer => Buffer.from(`an image: ${text}`.padEnd(2000, "."));

/** One definition as YAML; `more` are lines of the image, `versions` those of its list. */
export const definitionOf = (
  name: string,
  versions: readonly string[],
  more: readonly string[] = [],
): string =>
  [
    `  - name: ${name}`,
    ...[
      "    format: raw",
      "    login: debian",
      "    min_disk: 1",
      "    visibility: shared",
      "    multi: true",
    ],
    ...["    meta:", "      os_distro: debian", "      architecture: x86_64"],
    ...more.map((line) => `    ${line}`),
    ...(versions.length > 0 ? ["    versions:"] : []),
    ...versions.map((line) => `      ${line}`),
  ].join("\n");

/** Lines of one version of a list. */
export const versionOf = (version: string, url: string, checksum: string): string[] => [
  `- version: '${version}'`,
  `  url: ${url}`,
  `  checksum: ${checksum}`,
];

export function write({ machine }: Mirroring, ...definitions: readonly string[]): string {
  writeFileSync(join(machine.folder, "images.yml"), `---\nimages:\n${definitions.join("\n")}\n`);
  return "images.yml";
}

/** Runs it; the exit code, and of each image its name and what became of it. */
export async function mirror({ machine, parallel }: Mirroring, ...options: string[]) {
  const words = ["mirror", "images.yml", "--json", "--parallel", String(parallel), ...options];
  const { code, stdout, stderr } = await machine.run(...words);
  const said = JSON.parse(stdout) as { images?: Told[]; error?: { message: string } };
  if (!said.images) throw new Error(stderr);
  return { code, images: said.images, results: said.images.map(({ name, result }) => [name, result]) };
}

/** The mirror's images by their names, hidden ones too. */
export async function mirrored({ machine }: Mirroring, tag = "managed_by_imagectl") {
  const lists = await Promise.all([
    machine.json("image", "list", "--tag", tag),
    machine.json("image", "list", "--tag", tag, "--hidden"),
  ]);
  const images = lists.flat() as unknown as Record<string, unknown>[];
  return new Map(images.map((image) => [String(image.name), image]));
}

/** A definition with a second version: the life of a mirrored image. */
export async function livesOn(mirroring: Mirroring): Promise<void> {
  const { publisher } = mirroring;
  const [one, two] = [bytesOf("one"), bytesOf("two")];
  publisher.put("/d/1.img", one);
  publisher.put("/d/2.img", two);
  const first = versionOf("1", `${publisher.url}/d/1.img`, `sha512:${hashOf("sha512", one)}`);
  const second = versionOf("2", `${publisher.url}/d/2.img`, `sha512:${hashOf("sha512", two)}`);
  write(mirroring, definitionOf("Life", first));

  const dry = await mirror(mirroring, "--dry-run");
  expect([dry.code, dry.results]).toEqual([0, [["Life", "imported"]]]);
  expect((await mirrored(mirroring)).size).toBe(0);

  const made = await mirror(mirroring);
  expect([made.code, made.results]).toEqual([0, [["Life", "imported"]]]);
  expect((await mirrored(mirroring)).get("Life")).toMatchObject({
    status: "active",
    visibility: "shared",
    checksum: hashOf("md5", one),
    min_disk: 1,
    os_distro: "debian",
    image_original_user: "debian",
    internal_version: "1",
    image_source: `${publisher.url}/d/1.img`,
    tags: expect.arrayContaining(["managed_by_imagectl", "os:debian"]),
  });
  const asked = publisher.asked.get("/d/1.img");
  expect((await mirror(mirroring)).results).toEqual([["Life", "up to date"]]);
  expect(publisher.asked.get("/d/1.img")).toBe(asked);

  write(mirroring, definitionOf("Life", [...first, ...second]));
  const grown = await mirror(mirroring, "--hide");
  expect(grown.results).toEqual([
    ["Life", "imported"],
    ["Life (1)", "changed"],
  ]);
  const both = await mirrored(mirroring);
  expect(both.get("Life")).toMatchObject({ internal_version: "2", os_hidden: false });
  expect(both.get("Life (1)")).toMatchObject({ internal_version: "1", os_hidden: true });

  write(mirroring, definitionOf("Life", second));
  expect((await mirror(mirroring, "--hide")).results).toEqual([["Life", "up to date"]]);
  expect((await mirror(mirroring, "--hide", "--keep", "0")).results).toEqual([
    ["Life", "up to date"],
    ["Life (1)", "deleted"],
  ]);
  expect([...(await mirrored(mirroring)).keys()]).toEqual(["Life"]);
}

/** What a publisher calls its latest one, told by its list of hashes. */
export async function followsTheLatest(mirroring: Mirroring): Promise<void> {
  const { publisher } = mirroring;
  const publish = (text: string, date: string) => {
    publisher.put("/l/disk.img", bytesOf(text), date);
    const lines = [`${hashOf("sha512", "x")}  other.img`, `${hashOf("sha512", bytesOf(text))} *disk.img`];
    publisher.put("/l/SHA512SUMS", lines.join("\n"));
  };
  const latest = [
    `latest_url: ${publisher.url}/l/disk.img`,
    `latest_checksum_url: ${publisher.url}/to/l/SHA512SUMS`,
  ];
  write(mirroring, definitionOf("Latest", [], latest));
  publish("may", "Wed, 01 May 2024 10:00:00 GMT");
  expect((await mirror(mirroring)).results).toEqual([["Latest", "imported"]]);
  expect((await mirror(mirroring)).results).toEqual([["Latest", "up to date"]]);
  publish("june", "Sat, 01 Jun 2024 10:00:00 GMT");
  const newer = await mirror(mirroring);
  expect(newer.results).toEqual([
    ["Latest", "imported"],
    ["Latest (20240501)", "changed"],
  ]);
  const images = await mirrored(mirroring);
  expect(images.get("Latest")).toMatchObject({ internal_version: "20240601", status: "active" });
  expect(images.get("Latest (20240501)")).toMatchObject({ checksum: hashOf("md5", bytesOf("may")) });
  publisher.put("/l/SHA512SUMS", "nothing of it");
  const lost = await mirror(mirroring);
  expect([lost.code, lost.images]).toEqual([
    1,
    [expect.objectContaining({ result: "failed", what: expect.stringContaining("does not have a hash of") })],
  ]);
}

/** Ubuntu's kind of index. */
export async function readsSimplestreams(mirroring: Mirroring): Promise<void> {
  const { publisher } = mirroring;
  const version = (text: string) => ({
    items: {
      a: { ftype: "manifest", path: "s/none", sha256: hashOf("sha256", "") },
      b: { ftype: "disk.img", path: `s/${text}.img`, sha512: hashOf("sha512", bytesOf(text)) },
    },
  });
  for (const text of ["20240101", "20240202", "20240303"]) publisher.put(`/s/${text}.img`, bytesOf(text));
  const product = "com.example:server:1:amd64";
  const versions = Object.fromEntries(
    ["20240202", "20240303", "20240101"].map((each) => [each, version(each)]),
  );
  publisher.put("/streams/v1/download.json", JSON.stringify({ products: { [product]: { versions } } }));
  const entry = { datatype: "image-downloads", path: "streams/v1/download.json", products: [product] };
  const other = { ...entry, datatype: "image-ids" };
  publisher.put("/streams/v1/index.json", JSON.stringify({ index: { other, "com.example": entry } }));
  const url = `${publisher.url}/streams/v1/index.json`;
  const streams = [
    "simplestreams:",
    `  url: ${url}`,
    `  product: ${product}`,
    "  item: disk.img",
    "  newest: 2",
  ];
  write(mirroring, definitionOf("Streams", [], streams));
  expect((await mirror(mirroring)).results).toEqual([
    ["Streams", "imported"],
    ["Streams (20240202)", "imported"],
  ]);
}

/** What has not the publisher's checksum is never used, and the other images are mirrored all the same. */
export async function refusesOtherBytes(mirroring: Mirroring): Promise<void> {
  const { publisher } = mirroring;
  publisher.put("/w/1.img", bytesOf("wrong"));
  publisher.put("/w/2.img", bytesOf("right"));
  const right = hashOf("sha512", bytesOf("right"));
  write(
    mirroring,
    definitionOf("Wrong", versionOf("1", `${publisher.url}/w/1.img`, `sha512:${right}`)),
    definitionOf("Missing", versionOf("1", `${publisher.url}/w/none.img`, `sha512:${right}`)),
    definitionOf("Unknown", ["- version: '1'", `  url: ${publisher.url}/w/2.img`]),
    definitionOf("Right", versionOf("1", `${publisher.url}/w/2.img`, `sha512:${right}`)),
  );
  const { code, images } = await mirror(mirroring);
  expect(code).toBe(1);
  expect(images.map(({ name, result }) => [name, result])).toEqual([
    ["Wrong (1)", "failed"],
    ["Missing (1)", "failed"],
    ["Unknown (1)", "failed"],
    ["Right", "imported"],
  ]);
  expect(images[0]?.what).toMatch(/checksum|md5|sha512/i);
  expect(images[2]?.what).toContain("no checksum is known");
  const there = await mirrored(mirroring);
  for (const name of ["Wrong", "Wrong (1)"]) expect(there.get(name)?.status).not.toBe("active");
  const only = await mirror(mirroring, "--only", "Wrong");
  expect(only.code).toBe(4);
  publisher.put("/w/1.img", bytesOf("right"));
  expect((await mirror(mirroring, "--only", "Wrong")).results).toEqual([["Wrong", "imported"]]);
  expect((await mirror(mirroring, "--only", "Unknown", "--unverified")).results).toEqual([
    ["Unknown", "imported"],
  ]);
}
