import { describe, expect, test } from "vitest";
import { folderFault } from "../../../infra/stacks/folder-fault.ts";
import { parseStores } from "../../../shared/settings/stores/parse-stores.ts";

const accessPoint = "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-0123456789abcdef0";
const onAws = {
  ...{ id: "files", type: "file", access_point: accessPoint },
  ...{ subnets: ["subnet-0123456789abcdef0"], security_groups: ["sg-0123456789abcdef0"] },
};
const parsed = (...stores: object[]) => parseStores(JSON.stringify(stores));

describe("a store of type file", () => {
  test("has Glance's defaults, and a folder where functions mount file systems", () => {
    expect(parseStores("files:file")).toEqual([
      {
        ...{ id: "files", type: "file" },
        ...{ datadir: "/mnt/files", filePerm: 0, chunkSize: 65_536, exclusive: false },
      },
    ]);
  });

  test("says of its file system all or nothing", () => {
    const [store] = parsed({
      ...onAws,
      datadir: "/mnt/images",
      file_perm: 640,
      chunk_size: 4096,
      exclusive: true,
    });
    expect(store).toMatchObject({
      ...{ datadir: "/mnt/images", filePerm: 640, chunkSize: 4096, exclusive: true },
      mount: { accessPoint, subnets: onAws.subnets, securityGroups: onAws.security_groups },
    });
    expect(folderFault(parsed(onAws))).toBeUndefined();
  });

  test.each([
    [{ datadir: "images" }, /files: datadir: expected the absolute path/],
    [{ datadir: "/srv/../etc" }, /files: datadir/],
    [{ datadir: "/srv/a b" }, /files: datadir/],
    [{ datadir: "/" }, /files: datadir/],
    [{ file_perm: 40 }, /files: file_perm: expected 0 or a number/],
    [{ file_perm: 689 }, /files: file_perm/],
    [{ file_perm: "640" }, /files: file_perm: expected .* without quotes/],
    [{ chunk_size: 1 }, /files: chunk_size/],
    [{ exclusive: "yes" }, /files: exclusive: expected true or false/],
    [{ subnets: onAws.subnets }, /files: subnets is of an EFS file system: it needs access_point/],
    [{ access_point: accessPoint }, /files: access_point needs subnets beside it/],
    [{ ...onAws, security_groups: [] }, /files: security_groups: expected a list/],
    [{ ...onAws, subnets: "subnet-0123456789abcdef0" }, /files: subnets: expected a list/],
    [{ ...onAws, access_point: "fsap-0123456789abcdef0" }, /files: access_point: expected the whole ARN/],
    [{ filesystem_store_datadir: "/srv" }, /there is no filesystem_store_datadir: did you mean datadir\?/],
    [{ bucket: "b" }, /files: bucket is of a store of type s3: a store of type file has a folder/],
  ])("is refused with %j", (said, message) => {
    expect(() => parsed({ id: "files", type: "file", ...said })).toThrow(message);
  });

  test("has its folder for itself", () => {
    const [one, other] = ["a", "b"].map((id) => ({ ...onAws, id, datadir: "/mnt/images" }));
    expect(() => parsed(one ?? {}, other ?? {})).toThrow(
      /b: its folder \/mnt\/images is the folder of a already/,
    );
  });

  test("is mounted on AWS, one of them, and where Lambda mounts", () => {
    expect(folderFault(parseStores("fast:s3"))).toBeUndefined();
    expect(folderFault(parseStores("files:file"))).toMatch(/needs access_point, subnets and security_groups/);
    expect(folderFault(parsed(onAws, { ...onAws, id: "more" }))).toMatch(
      /^more: there can be one store of type file, and that is files: leave one out/,
    );
    expect(folderFault(parsed({ ...onAws, datadir: "/srv/images" }))).toMatch(
      /mount file systems at a folder like/,
    );
  });
});
