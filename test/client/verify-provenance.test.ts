import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataMismatch, UsageError } from "../../client/command-line/failures.ts";
import { createContext } from "../../client/commands/context.ts";
import { verify } from "../../client/commands/verify.ts";
import { STATEMENT_TYPE } from "../../shared/images/domain/provenance-statement.ts";
import { provenanceKeysDocument } from "../../shared/images/wire/provenance-keys-document.ts";
import { preAuthenticationEncoding } from "../../shared/signatures/dsse/envelope.ts";
import { memoryStatementSigner } from "../fakes/images/memory-statement-signer.ts";
import { provenanceService } from "../fakes/images/provenance-service.ts";
import { demo } from "../fakes/images/service.ts";

/* A statement of the service, its keys and files, on a machine without a cloud. */
const data = randomBytes(300_000);
let folder: string;
const at = (name: string) => join(folder, name);
const put = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imagectl-provenance-"));
  const { show, queuedImage, uploaded, records, signer } = provenanceService();
  const { id } = await queuedImage();
  await (await uploaded(id, data, { partBytes: data.length })).complete();
  const statement = JSON.stringify(await show(demo, id));
  put("image.statement", statement);
  put(
    "changed.statement",
    statement.replace(/"payload":"(.{200})./, (_, kept) => `"payload":"${kept}_`),
  );
  const payload = Buffer.from(JSON.parse(statement).payload, "base64").toString();
  for (const assurance of ["verified", "computed"]) {
    const said = Buffer.from(payload.replace('"stated"', `"${assurance}"`));
    const sig = Buffer.from(await signer.sign(preAuthenticationEncoding(STATEMENT_TYPE, said)));
    const signatures = [{ sig: sig.toString("base64") }];
    const envelope = { payload: said.toString("base64"), payloadType: STATEMENT_TYPE, signatures };
    put(`${assurance}.statement`, JSON.stringify(envelope));
  }
  put("key.pem", signer.pem);
  put("keys.json", JSON.stringify(provenanceKeysDocument(await records.keys())));
  put("stranger.pem", memoryStatementSigner().pem);
  put("good.img", data);
  put("short.img", data.subarray(1));
  put("bad.img", Buffer.concat([data.subarray(1), Buffer.of((data[0] as number) ^ 1)]));
  put("large", Buffer.alloc(2 * 1024 ** 2));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verifying = (file: string | undefined, provenance: string, key?: string) => {
  const where = { environment: {}, cwd: folder, home: folder };
  const context = createContext({ quiet: true }, new AbortController().signal, where);
  return verify(context, file && at(file), {
    provenance: at(provenance),
    ...(key !== undefined && { key: at(key) }),
  });
};

it.each(["key.pem", "keys.json"])(
  "a file is the image of the statement, by %s and without the service",
  async (key) => {
    const { text, json, failure } = await verifying("good.img", "image.statement", key);
    expect(failure).toBeUndefined();
    expect(text).toMatch(
      /assurance: stated \(STATED by its uploader, not verified[\s\S]*the same as .*good\.img$/,
    );
    expect(json).toMatchObject({ size: data.length, assurance: "stated", record_compared: false });
  },
);

it.each([
  ["verified", "the service itself has hashed all of it, as it came or by reading it back"],
  ["computed", "the service computed the hash as it came"],
])("an assurance that is %s is told in words, also of statements from before", async (assurance, words) => {
  const { text, failure } = await verifying("good.img", `${assurance}.statement`, "key.pem");
  expect(failure).toBeUndefined();
  expect(text).toContain(`assurance: ${assurance} (${words})`);
});

it("without a file it says that no data was compared", async () => {
  const { text } = await verifying(undefined, "image.statement", "key.pem");
  expect(text).toContain("no data was compared with it");
});

describe("a mismatch is", () => {
  it.each([
    ["another file", "bad.img", "image.statement", "key.pem", /bad\.img is not the image: its sha512/],
    ["a shorter file", "short.img", "image.statement", "key.pem", /299999 bytes/],
    [
      "a changed statement",
      "good.img",
      "changed.statement",
      "key.pem",
      /signed by none of the keys in .*key\.pem/,
    ],
    [
      "another key",
      "good.img",
      "image.statement",
      "stranger.pem",
      /signed by none of the keys in .*stranger\.pem/,
    ],
    ["something else than a statement", undefined, "key.pem", "key.pem", /no signed statement/],
  ])("%s", async (_, file, statement, key, why) => {
    const refused = expect(verifying(file, statement, key)).rejects;
    await refused.toThrow(DataMismatch);
    await expect(verifying(file, statement, key)).rejects.toThrow(why);
  });
});

describe("a mistake is", () => {
  it.each([
    ["a key that is none", "image.statement", "image.statement", /it holds a key|neither PEM/],
    [
      "a statement that is an image",
      "large",
      "key.pem",
      /neither a statement nor a key: it has 2097152 bytes/,
    ],
    ["a key that is an image", "image.statement", "large", /neither a statement nor a key/],
  ])("%s", async (_, statement, key, why) => {
    await expect(verifying(undefined, statement, key)).rejects.toThrow(UsageError);
    await expect(verifying(undefined, statement, key)).rejects.toThrow(why);
  });

  it("--key without --provenance, --signature with it, and nothing to verify", async () => {
    const context = createContext({}, new AbortController().signal, {
      environment: {},
      cwd: folder,
      home: folder,
    });
    for (const options of [{ key: "k" }, {}, { provenance: at("image.statement"), signature: true }])
      await expect(verify(context, undefined, options)).rejects.toThrow(UsageError);
  });
});
