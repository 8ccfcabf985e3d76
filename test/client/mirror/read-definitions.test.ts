import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { naturalOrder } from "../../../client/mirror/natural-order.ts";
import { readDefinitions } from "../../../client/mirror/read-definitions.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "definitions-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => {
  const file = join(folder, "images.yml");
  writeFileSync(file, text);
  return readDefinitions([file]);
};
const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const image = (...lines: string[]) =>
  `images:\n  - name: One\n${lines.map((line) => `    ${line}\n`).join("")}`;
const version = ["versions:", "  - version: 1.10", "    url: https://a.example/d.img"];

it("reads what openstack-image-manager's files have, words and dates as they are written", async () => {
  const [one] = await read(
    image(
      "shortname: one",
      "format: qcow2",
      "login: debian",
      "password: secret",
      "min_disk: 8",
      "status: active",
      "visibility: public",
      "multi: false",
      "meta: {os_version: '09', hw_vif_multiqueue_enabled: true, provided_until: 2027-01-01, none: ~}",
      "tags: [a]",
      "versions:",
      "  - version: '0.6.10'",
      "    url: https://a.example/d.img",
      "    mirror_url: https://b.example/d.img",
      `    checksum: 'sha256:${sha256}'`,
      "    build_date: 2024-05-01",
    ),
  );
  expect(one).toEqual({
    ...{ name: "One", isEnabled: true, format: "qcow2", login: "debian", minDisk: 8, minRam: 0 },
    ...{ visibility: "public", status: "active", multi: false, separator: " ", tags: ["a"] },
    properties: { os_version: "09", hw_vif_multiqueue_enabled: "True", provided_until: "2027-01-01" },
    versions: [
      {
        version: "0.6.10",
        url: "https://a.example/d.img",
        mirrorUrl: "https://b.example/d.img",
        checksum: { algorithm: "sha256", value: sha256 },
        buildDate: "2024-05-01",
        properties: {},
      },
    ],
  });
});

it("follows the publisher's latest one where no version is named", async () => {
  const url = "https://a.example/latest/";
  const [one] = await read(
    image("format: raw", `latest_url: ${url}d.img`, `latest_checksum_url: ${url}SUMS`),
  );
  expect(one?.versions).toEqual([
    { version: "latest", url: `${url}d.img`, checksumsUrl: `${url}SUMS`, properties: {} },
  ]);
});

it("reads all files of a folder, in the order of their names", async () => {
  const many = join(folder, "many");
  mkdirSync(many);
  for (const name of ["b", "a"])
    writeFileSync(join(many, `${name}.yaml`), image("format: raw", ...version).replace("One", name));
  writeFileSync(join(many, "README.md"), "nothing");
  expect((await readDefinitions([many])).map(({ name }) => name)).toEqual(["a", "b"]);
  const twice = readDefinitions([many, join(many, "a.yaml")]);
  await expect(twice).rejects.toThrow("image a is defined twice");
});

it.each([
  ["no YAML", "images: [", /not valid YAML/],
  ["no mapping", "- 5", /expected a mapping/],
  ["no list", "images: 5", /images must be a list/],
  ["a name that is written wrong", image("format: raw", "min_dsik: 5", ...version), /unknown key min_dsik/],
  ["no name", "images: [{format: raw}]", /images\[0\]: name is missing/],
  ["no format", image(...version), /One: format is missing/],
  ["no versions", image("format: raw"), /give versions, or simplestreams/],
  [
    "a number that is none",
    image("format: raw", "min_disk: big", ...version),
    /min_disk must be a whole number/,
  ],
  [
    "another visibility",
    image("format: raw", "visibility: all", ...version),
    /visibility must be one of community, public/,
  ],
  [
    "a file",
    image("format: raw", "versions: [{version: 1, url: 'file:///d'}]"),
    /url must be an http or https URL/,
  ],
  [
    "a bad hash",
    image("format: raw", ...version, "    checksum: 'sha256:12'"),
    /checksum must be like sha256:HEX/,
  ],
  [
    "a SHA-1",
    image("format: raw", ...version, `    checksum: 'sha1:${sha256.slice(0, 40)}'`),
    /no image service compares a SHA-1/,
  ],
  [
    "a latest one without hashes",
    image("format: raw", "versions: [{version: latest, url: 'http://a/b'}]"),
    /needs checksums_url/,
  ],
  ["a version twice", image("format: raw", ...version, ...version.slice(1)), /version 1.1 is there twice/],
  ["an id that is none", image("format: raw", ...version, "    id: one"), /id must be a UUID/],
  [
    "an index that is none",
    image("format: raw", "simplestreams: {url: 'https://a/b', product: p, item: i}"),
    /ends in \/streams\/v1/,
  ],
])("says where and how a file is wrong: %s", async (_, text, said) => {
  await expect(read(text)).rejects.toThrow(said);
});

it("orders versions as people do", () => {
  const versions = ["10", "9", "0.6.10", "0.6.9", "20240501", "1.0", "1", "1.0-rc2", "a"];
  expect(versions.sort(naturalOrder)).toEqual([
    ...["0.6.9", "0.6.10", "1", "1.0", "1.0-rc2", "9", "10", "20240501", "a"],
  ]);
});
