import fc from "fast-check";
import { expect, test } from "vitest";
import { BrokenLengths } from "../../../client/ingress/broken-lengths.ts";
import { partSizes } from "../../../client/ingress/part-sizes.ts";
import { imageDataPath, requestTarget } from "../../../client/ingress/request-target.ts";
import { leadsPast, rewriteBody } from "../../../client/ingress/rewrite.ts";
import { readUploadRequest } from "../../../client/ingress/upload-request.ts";

const MIB = 1024 * 1024;
const headers = { "x-auth-token": "t", "content-type": "application/octet-stream" };

test("image data paths, under any version name of v2", () => {
  expect(imageDataPath("/v2/images/abc/file")).toEqual({ imageId: "abc", kind: "file" });
  expect(imageDataPath("/v2.17/images/a%20b/stage")).toEqual({ imageId: "a b", kind: "stage" });
  for (const path of [
    "/v3/images/a/file",
    "/v2/images//file",
    "/v2/images/a/b/file",
    "/v2/images/%zz/file",
    "/prod/v2/images/a/file",
  ]) {
    expect(imageDataPath(path)).toBeUndefined();
  }
});

test("whatever a client asks for, what is passed on begins with a slash and has no dot segment", () => {
  const piece = fc.constantFrom(
    "/",
    "..",
    ".",
    "%2e",
    "%2F",
    "\\",
    "%5c",
    "a",
    "?",
    "http://h",
    "//",
    "#",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      let passed: string;
      try {
        passed = requestTarget(pieces.join("")).target;
      } catch {
        return;
      }
      expect(passed).toMatch(/^\//);
      const path = decodeURIComponent(passed.split("?")[0] ?? "").replaceAll("\\", "/");
      expect(path.split("/")).not.toContain("..");
    }),
  );
});

test("the size that a PUT announces", () => {
  expect(readUploadRequest({ ...headers, "content-length": "5" })).toEqual({
    token: "t",
    serviceToken: undefined,
    size: 5,
    isEmpty: false,
  });
  expect(readUploadRequest({ ...headers, "content-length": "0" })).toEqual({
    token: "t",
    serviceToken: undefined,
    size: 0,
    isEmpty: true,
  });
  const chunked = { ...headers, "transfer-encoding": "chunked" };
  expect(readUploadRequest(chunked).size).toBeNull();
  expect(readUploadRequest({ ...chunked, "x-openstack-image-size": "7" }).size).toBe(7);
  expect(readUploadRequest({ ...chunked, "x-openstack-image-size": "0" })).toMatchObject({
    size: 0,
    isEmpty: false,
  });
  expect(() =>
    readUploadRequest({ ...headers, "content-length": "5", "x-openstack-image-size": "6" }),
  ).toThrow("6");
  expect(readUploadRequest(headers)).toMatchObject({ size: 0, isEmpty: false });
});

test("who puts: X-Auth-Token, else a bearer token, with the service's own; a stranger is the API's to refuse", () => {
  const { "x-auth-token": _, ...anonymous } = headers;
  const length = { "content-length": "5" };
  const bearer = { ...anonymous, ...length, authorization: "Bearer jwt" };
  expect(readUploadRequest({ ...headers, ...bearer })).toMatchObject({ token: "t", size: 5 });
  expect(readUploadRequest({ ...bearer, "x-service-token": "nova" })).toMatchObject({
    token: "jwt",
    serviceToken: "nova",
    size: 5,
  });
  const stranger = { token: "", serviceToken: undefined, size: null, isEmpty: true };
  expect(readUploadRequest({ ...headers, "x-auth-token": "" })).toEqual(stranger);
  expect(readUploadRequest({ authorization: "Basic eDp5", "content-length": "x" })).toEqual(stranger);
});

test("the API's recommended part size is followed when memory can hold such parts", () => {
  const sizes = partSizes(50 * MIB, 20 * MIB);
  expect([1, 2, 3, 4].map(sizes)).toEqual([20 * MIB, 20 * MIB, 10 * MIB, undefined]);
  expect(partSizes(50 * MIB, 600 * MIB)(1)).toBe(16 * MIB);
  expect(partSizes(50 * MIB, 1)(1)).toBe(16 * MIB);
  expect(partSizes(50 * MIB, null)(4)).toBe(2 * MIB);
  expect(partSizes(0, null)(1)).toBeUndefined();
  expect(partSizes(null, null)(10_001)).toBeUndefined();
});

test("a smaller PUT after one that was cut off is taken for its rest, until a whole one is stored", () => {
  const lengths = new BrokenLengths();
  expect(lengths.isRest("a", 1)).toBe(false);
  lengths.remember("a", 100);
  expect([lengths.isRest("a", 99), lengths.isRest("a", 100), lengths.isRest("b", 1)]).toEqual([
    true,
    false,
    false,
  ]);
  lengths.remember("a", 50);
  expect(lengths.isRest("a", 99)).toBe(true);
  lengths.forget("a");
  expect(lengths.isRest("a", 1)).toBe(false);
});

test("only version documents and identity answers are rewritten, and what is no JSON stays as it is", () => {
  expect(leadsPast("/v2/images", 200, "application/json")).toBe(false);
  expect(leadsPast("/v2/", 200, "application/json; charset=UTF-8")).toBe(true);
  expect(leadsPast("/versions/more", 200, "application/json")).toBe(true);
  expect(leadsPast("/v3", 200, "application/json")).toBe(true);
  expect(leadsPast("/v3", 401, "application/json")).toBe(false);
  expect(leadsPast("/", 300, "text/html")).toBe(false);
  const bases = { endpoint: "http://api/prod", publicUrl: "http://here" };
  expect(rewriteBody(Buffer.from("no json"), bases).toString()).toBe("no json");
  const version = {
    version: { id: "v3.14", links: [{ rel: "self", href: "http://api/prod/v3/" }] },
    links: { next: null, self: "http://api/prod/v3/auth/projects?x=1" },
  };
  expect(JSON.parse(rewriteBody(Buffer.from(JSON.stringify(version)), bases).toString())).toEqual({
    version: { id: "v3.14", links: [{ rel: "self", href: "http://here/v3/" }] },
    links: { next: null, self: "http://here/v3/auth/projects?x=1" },
  });
});
