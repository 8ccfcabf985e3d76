import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { checksumOf } from "../../../client/imports/checksum.ts";
import { idOf } from "../../../client/mirror/wanted.ts";
import type { ImageClient } from "../../runtime/image-client.ts";
import { runJob } from "../../runtime/run-job.ts";
import { storedFiles } from "../../runtime/stored-files.ts";
import { bytesOf, definitionOf, type Mirroring, mirror, mirrored, versionOf, write } from "./mirror-lives.ts";
import { hashOf } from "./publisher.ts";

/* What looks like the mirror's, or was, and may not be put in front of everybody. */

const tag = "managed_by_imagectl";
type Attributes = Record<string, unknown>;
const attributesOf = (name: string, checksum: string): Attributes => ({
  name: `${name} (1)`,
  image_name: name,
  internal_version: "1",
  upstream_checksum: checksum,
  tags: [tag],
  visibility: "private",
});

/** An image of another project under the id that the mirror's would have. */
export async function takesNoStrangers(mirroring: Mirroring, own: ImageClient, stranger: ImageClient) {
  const { publisher } = mirroring;
  publisher.put("/stolen/1.img", bytesOf("right"));
  const url = `${publisher.url}/stolen/1.img`;
  const hash = hashOf("sha256", bytesOf("right"));
  const probe = await own.create();
  const { owner } = await own.show(probe);
  await own.fetch(`/v2/images/${probe}`, { method: "DELETE" });
  const said = { fullName: "Stolen (1)", checksum: checksumOf(hash), isLatest: false, url };
  const id = idOf(said as Parameters<typeof idOf>[0], String(owner), tag);
  await stranger.create({ ...attributesOf("Stolen", hash), id });
  await stranger.upload(id, bytesOf("other"));
  const named = await stranger.create({ name: "named" });
  const before = [await stranger.show(id), await stranger.show(named)];

  write(
    mirroring,
    definitionOf("Stolen", versionOf("1", url, `sha256:${hash}`)),
    definitionOf("Named", [...versionOf("1", url, `sha256:${hash}`), `  id: ${named}`]),
  );
  const { code, images } = await mirror(mirroring);
  expect([code, images]).toEqual([
    1,
    [
      expect.objectContaining({ result: "imported" }),
      expect.objectContaining({ result: "failed", what: expect.stringContaining("is not the mirror's") }),
    ],
  ]);
  expect(images[0]?.id).not.toBe(id);
  expect(await own.show(String(images[0]?.id))).toMatchObject({ owner, status: "active" });
  expect([await stranger.show(id), await stranger.show(named)]).toEqual(before);
  expect((await mirror(mirroring, "--only", "Stolen")).results).toEqual([["Stolen", "up to date"]]);
}

/** What an audit has taken out of use stays so; what a person has is as the file says. */
export async function leavesDamagedOnesAlone(mirroring: Mirroring, home: string) {
  const { machine, publisher } = mirroring;
  const bytes = bytesOf("to be damaged");
  publisher.put("/damaged/1.img", bytes);
  const hash = `sha512:${hashOf("sha512", bytes)}`;
  write(mirroring, definitionOf("Damaged", versionOf("1", `${publisher.url}/damaged/1.img`, hash)));
  const id = String((await mirror(mirroring)).images[0]?.id);
  expect((await machine.run("image", "deactivate", id)).code).toBe(0);
  expect((await mirror(mirroring)).images).toMatchObject([{ result: "changed", what: "active" }]);

  const files = storedFiles(home).filter((path) => readFileSync(path).equals(bytes));
  expect(files).toHaveLength(1);
  for (const path of files) writeFileSync(path, bytesOf("is not be as it"));
  await runJob(home, "auditor-deep");
  const before = await machine.json("image", "show", id);
  expect(before).toMatchObject({ status: "deactivated", integrity: { quarantine: expect.anything() } });
  for (const words of [[], ["--dry-run"]]) {
    const { code, images } = await mirror(mirroring, ...words);
    expect([code, images]).toMatchObject([1, [{ id, result: "failed", what: /damaged/ }]]);
  }
  expect(await machine.json("image", "show", id)).toEqual(before);
}

/** Data that came without the publisher's checksum: of a run that was killed before it compared, or of anybody. */
export async function comparesWhatIsThere(mirroring: Mirroring, own: ImageClient) {
  const { machine, publisher } = mirroring;
  publisher.put("/there/1.img", bytesOf("wrong"));
  const url = `${publisher.url}/there/1.img`;
  const hashes = ["sha512", "sha256"].map((kind) => [kind, hashOf(kind, bytesOf("right"))] as const);
  for (const [kind, hash] of hashes) {
    const id = await own.create(attributesOf(kind, hash));
    expect((await machine.run("import", url, "--id", id)).code).toBe(0);
  }
  write(
    mirroring,
    ...hashes.map(([kind, hash]) => definitionOf(kind, versionOf("1", url, `${kind}:${hash}`))),
  );
  const { images } = await mirror(mirroring);
  expect(images).toMatchObject([
    { result: "failed", what: /not what was published.*image delete/ },
    { result: "failed", what: /nobody can tell.*image delete/ },
  ]);
  expect((await mirror(mirroring, "--only", "sha512", "--unverified")).code).toBe(4);
  const there = await mirrored(mirroring);
  for (const [kind] of hashes) expect(there.get(`${kind} (1)`)).toMatchObject({ visibility: "private" });
  expect((await mirror(mirroring, "--only", "sha256", "--unverified")).results).toEqual([
    ["sha256", "changed"],
  ]);
}

/** An import that somebody has begun with other bytes, or without the checksum. */
export async function waitsForNoOtherImport(mirroring: Mirroring, own: ImageClient) {
  const { machine, publisher } = mirroring;
  publisher.put("/late/1.img", bytesOf("late"));
  const url = `${publisher.url}/slow/late/1.img`;
  const hash = hashOf("sha512", bytesOf("late"));
  const id = await own.create(attributesOf("Late", hash));
  expect((await machine.run("import", url, "--id", id, "--no-wait")).code).toBe(0);
  write(mirroring, definitionOf("Late", versionOf("1", url, `sha512:${hash}`)));
  const { code, images } = await mirror(mirroring);
  expect([code, images]).toMatchObject([1, [{ id, result: "failed", what: /imports something else/ }]]);
  const again = await machine.run("import", url, "--id", id, "--checksum", `sha512:${hash}`);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("imports something else")]);
  expect((await machine.run("import", id)).code).toBe(0);
  expect((await machine.run("import", id, "--checksum", `sha512:${hashOf("sha512", "x")}`)).code).toBe(4);
  expect((await machine.run("import", id, "--checksum", `sha512:${hash}`)).code).toBe(0);
  expect((await mirror(mirroring)).results).toEqual([["Late", "changed"]]);
}
