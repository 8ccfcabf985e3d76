import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { localFolders, makeFolders, withFileSystems } from "../../../infra/local/local-folder.ts";
import { mountJudge, withMounts } from "../../../infra/local-aws/functions/mounts.ts";
import { createJudge } from "../../../infra/local-aws/iam/judge.ts";
import type { Principal } from "../../../infra/local-aws/iam/principal.ts";
import { folderFault } from "../../../infra/stacks/folder-fault.ts";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";
import { readSettings } from "../../../shared/settings.ts";

const home = mkdtempSync(join(tmpdir(), "glance-home-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const foldersOf = (text: string, at = home) =>
  localFolders(readSettings({ GLANCE_ENABLED_BACKENDS: text }), at, text);

describe("a folder of this machine", () => {
  it("is a file system for the template, as on AWS", () => {
    for (const text of [
      "fast:s3, files:file",
      '["fast:s3",{"id":"files","type":"file","datadir":"/srv/images"}]',
    ]) {
      const stores = parseStores(withFileSystems(text));
      expect(folderFault(stores), text).toBeUndefined();
      expect(stores[1]).toMatchObject({ id: "files", datadir: "/mnt/files", mount: expect.anything() });
    }
    // As it was written where there is none.
    for (const text of ["fast:s3", '[{"id":"fast","type":"s3"}]']) expect(withFileSystems(text)).toBe(text);
  });

  it("lies in the home, or where datadir says, and has to be there then", async () => {
    const own = foldersOf("files:file");
    expect([...own]).toEqual([["/mnt/files", join(home, "stores/files")]]);
    await makeFolders(own, home);
    expect(statSync(join(home, "stores/files")).mode & 0o777).toBe(0o700);
    const said = (datadir: string) => foldersOf(JSON.stringify([{ id: "files", type: "file", datadir }]));
    expect([...said(home)]).toEqual([["/mnt/files", home]]);
    // Also where functions mount it on AWS.
    expect([...said("/mnt/files")]).toEqual([["/mnt/files", "/mnt/files"]]);
    writeFileSync(join(home, "no-folder"), "");
    for (const datadir of [join(home, "absent"), join(home, "no-folder")])
      await expect(makeFolders(said(datadir), home)).rejects.toThrow(`there is no folder ${datadir}`);
  });

  it("is not one that stands in the place of a mount", async () => {
    const datadir = join(home, "mounted");
    const folders = foldersOf(JSON.stringify([{ id: "mounted", type: "file", datadir }]));
    mkdirSync(datadir);
    for (let start = 0; start < 2; start++) await makeFolders(folders, home);
    renameSync(datadir, `${datadir}.gone`);
    mkdirSync(datadir);
    await expect(makeFolders(folders, home)).rejects.toThrow(
      `${datadir} is not the folder that was used before`,
    );
    rmdirSync(datadir);
    renameSync(`${datadir}.gone`, datadir);
    await makeFolders(folders, home);
  });

  it("is the same one under its id, as long as that has images", async () => {
    const [one, copy, other] = ["one", "copy", "other"].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(other);
    const own = (at: string) => foldersOf("files:file", at);
    const said = new Map([["/mnt/files", other]]);
    await makeFolders(own(one), one);
    const before = join(one, "stores/files");
    await expect(makeFolders(said, one)).rejects.toThrow(
      `files: its images are in ${before}: give the folder ${other} another id, or move them there and remove ${before}/.incoming`,
    );
    expect(readdirSync(other)).toEqual([]);
    await makeFolders(own(one), one);
    // The copy of a home has its own.
    cpSync(one, copy, { recursive: true });
    await makeFolders(own(copy), copy);
    rmdirSync(join(before, ".incoming"));
    await makeFolders(said, one);
    // Under another name it is the same one.
    symlinkSync(other, join(home, "link"));
    await makeFolders(new Map([["/mnt/files", join(home, "link")]]), one);
  });

  it("is made in the home's own place only", async () => {
    const folders = new Map([["/mnt/files", join(home, "stores2")]]);
    await expect(makeFolders(folders, home)).rejects.toThrow("there is no folder");
  });

  it("is none of AWS's", () => {
    const [store = {}] = JSON.parse(withFileSystems("files:file")) as object[];
    const text = JSON.stringify([{ ...store, datadir: "/mnt/files" }]);
    expect(() => foldersOf(text)).toThrow(/access_point: EFS is on AWS only/);
  });
});

describe("a function's file system", () => {
  const accessPoint = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-00000000000000000";
  const definition = {
    ...{ name: "place", functionName: "place", arn: "", roleArn: "", directory: "", handler: "" },
    environment: {
      STORES: '[{"datadir":"/mnt/files"},"/mnt/files2"]',
      DIR: "/mnt/files",
      OTHER: "x /mnt/files",
    },
    ...{ timeoutSeconds: 1, memoryMegabytes: 128, allowsRecursion: false },
    mounts: [{ accessPoint, path: "/mnt/files" }],
  };
  const folders = new Map([["/mnt/files", "/home/x"]]);

  it("is a folder in what names it in its variables, and in nothing else", () => {
    expect(withMounts(definition, folders, () => true)).toEqual({
      ...{ STORES: '[{"datadir":"/home/x"},"/mnt/files2"]', DIR: "/home/x", OTHER: "x /mnt/files" },
    });
    expect(() => withMounts(definition, new Map(), () => true)).toThrow(/there is no folder for that/);
    expect(() => withMounts(definition, folders, () => false)).toThrow(/place may not mount .*ClientMount/);
  });

  it("is mounted by roles that may, by that access point", () => {
    const may = (condition: string) => {
      const principal: Principal = {
        ...{
          name: "place",
          arn: "arn:aws:iam::000000000000:role/place",
          accessKeyId: "k",
          secretAccessKey: "s",
        },
        statements: [
          {
            ...{ Effect: "Allow", Action: "elasticfilesystem:ClientMount" },
            Resource: "arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/*",
            Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": condition } },
          },
        ],
      };
      return mountJudge(createJudge([principal], new Map()), principal)(accessPoint);
    };
    expect([may(accessPoint), may(`${accessPoint}1`)]).toEqual([true, false]);
  });
});
