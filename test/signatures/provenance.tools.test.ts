import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provenanceKeysDocument } from "../../shared/images/wire/provenance-keys-document.ts";
import { provenanceService } from "../fakes/images/provenance-service.ts";
import { demo, hashesOf } from "../fakes/images/service.ts";

/* Python takes an envelope apart by the specification's words, and openssl judges it: none of our code decides. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "glance-provenance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = resolve(import.meta.dirname, "write_signed_bytes.py");
const at = (name: string) => join(folder, name);

test("openssl verifies an image's statement with the published PEM, and a changed one not", async () => {
  const data = Buffer.from("0123456789");
  const { show, queuedImage, uploaded, records } = provenanceService();
  const { id } = await queuedImage();
  await (await uploaded(id, data)).complete();
  writeFileSync(at("envelope.json"), JSON.stringify(await show(demo, id)));
  const [key] = provenanceKeysDocument(await records.keys()).keys;
  writeFileSync(at("key.pem"), String(key?.pem));

  const words = [script, at("envelope.json"), at("signed"), at("signature")];
  const statement = JSON.parse(execFileSync("python3", words, { encoding: "utf8" }));
  expect(statement.subject).toEqual([{ name: id, digest: { sha512: hashesOf(data).os_hash_value } }]);
  const openssl = () =>
    spawnSync("openssl", [
      "dgst",
      "-sha256",
      "-verify",
      at("key.pem"),
      "-signature",
      at("signature"),
      at("signed"),
    ]).status;
  expect(openssl()).toBe(0);
  writeFileSync(
    at("signed"),
    readFileSync(at("signed"), "latin1").replace('"stated"', '"checked"'),
    "latin1",
  );
  expect(openssl()).toBe(1);
});
