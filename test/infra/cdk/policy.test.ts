import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleFunctions } from "../../../infra/bundle.ts";
import { appPolicy } from "../../../infra/stacks/app-policy.ts";
import { InvalidDeployment } from "../../../infra/stacks/invalid-deployment.ts";
import { readSynthSettings } from "../../../shared/settings.ts";
import { synthesise } from "./synthesise.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "glance-policy-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test("the operator's policy is in the bundles as data, without what reads it", async () => {
  const settings = readSynthSettings({
    GLANCE_POLICY_FILE: await file(
      "policy.yaml",
      "delete_image: role:cleaner\nupload_image: role:uploader\n",
    ),
    GLANCE_PROPERTY_PROTECTION_FILE: await file(
      "protections.conf",
      "[secret]\ncreate = keeper\nread = keeper\nupdate = keeper\ndelete = keeper\n",
    ),
  });
  const bundles = await bundleFunctions(join(folder, "out"), undefined, {
    policy: appPolicy(settings),
  });
  const code = (name: keyof typeof bundles) => readFile(join(bundles[name].directory, "index.mjs"), "utf8");
  const [images, transfers, workers] = await Promise.all([
    code("images"),
    code("transfers"),
    code("workers/delete"),
  ]);
  // Only the words found, or a failure would print half a megabyte.
  const words = [
    "cleaner",
    "uploader",
    "keeper",
    "secret",
    "metadef_object",
    "expected a check",
    "role:member",
  ];
  const found = (text: string) => words.filter((word) => text.includes(word));
  // The images' function says which definitions contradict an image: those whom their rules let see them.
  expect(found(images)).toEqual(["cleaner", "uploader", "keeper", "secret", "metadef_object"]);
  expect(found(transfers).filter((word) => word !== "secret")).toEqual(["cleaner", "uploader"]);
  expect(found(workers).filter((word) => word !== "secret")).toEqual([]);
});

test("what is decided at synth is not handed on to the functions", async () => {
  const { api } = await synthesise({
    settings: {
      policy_file: await file("policy.yaml", "get_image: '@'"),
      enforce_new_defaults: false,
      property_protection_rule_format: "policies",
    },
  });
  for (const { Properties } of Object.values(api.findResources("AWS::Lambda::Function"))) {
    const names = Object.keys(Properties.Environment.Variables);
    expect(names.filter((name) => /POLICY|PROTECTION|DEFAULTS/.test(name))).toEqual([]);
  }
});

test.each([
  ["policy.yaml", "\nget_imag: '@'", "GLANCE_POLICY_FILE", /policy\.yaml:2: there is no rule get_imag/],
  ["p.conf", "[a]\nread = @", "GLANCE_PROPERTY_PROTECTION_FILE", /p\.conf:1: \[a\]: create is missing/],
])("a bad %s ends the synthesis with one line", async (name, text, variable, message) => {
  const done = synthesise({}, { [variable]: await file(name, text) });
  await expect(done).rejects.toBeInstanceOf(InvalidDeployment);
  await expect(done).rejects.toThrow(message);
});

test("a file that is not there, or a word that is none, ends it too", async () => {
  const missing = join(folder, "missing.yaml");
  await expect(synthesise({}, { GLANCE_POLICY_FILE: missing })).rejects.toThrow(
    `policy_file: ${missing} cannot be read (ENOENT)`,
  );
  await expect(synthesise({}, { GLANCE_PROPERTY_PROTECTION_RULE_FORMAT: "role" })).rejects.toThrow(
    "GLANCE_PROPERTY_PROTECTION_RULE_FORMAT: expected roles or policies",
  );
});
