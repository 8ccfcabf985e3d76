import { describe, expect, test } from "vitest";
import { decodeAwsChunked } from "../../emulators/s3/aws-chunked.ts";
import type { Principal } from "../../iam/principal.ts";
import { verifySignature } from "../../iam/sigv4.ts";
import { hmac, type SignedRequest, sha256Hex, signingKey } from "../../iam/sigv4-canonical.ts";

// The worked examples of AWS's documentation ("Authenticating Requests: AWS Signature Version 4").
const exampleKey = "AKIAIOSFODNN7EXAMPLE";
const example: Principal = {
  name: "example",
  arn: "arn:aws:iam::000000000000:role/example",
  accessKeyId: exampleKey,
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  statements: [],
};
const emptyHash = sha256Hex("");
const at = (time: string) => () => Date.parse(time);
const verifier = (change = {}) => ({
  service: "s3",
  region: "us-east-1",
  clock: at("2013-05-24T00:00:00Z"),
  principalOf: (id: string) => (id === exampleKey ? example : undefined),
  ...change,
});
const authorization = (
  signedHeaders: string,
  signature: string,
  scope = "20130524/us-east-1/s3/aws4_request",
) =>
  `AWS4-HMAC-SHA256 Credential=${exampleKey}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;

const getObject: SignedRequest = {
  method: "GET",
  rawPath: "/test.txt",
  rawQuery: "",
  headers: {
    host: "examplebucket.s3.amazonaws.com",
    range: "bytes=0-9",
    "x-amz-content-sha256": emptyHash,
    "x-amz-date": "20130524T000000Z",
    authorization: authorization(
      "host;range;x-amz-content-sha256;x-amz-date",
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
  },
};
const presigned: SignedRequest = {
  method: "GET",
  rawPath: "/test.txt",
  rawQuery: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${exampleKey}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  headers: { host: "examplebucket.s3.amazonaws.com" },
};
const withHeaders = (request: SignedRequest, headers: SignedRequest["headers"]): SignedRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});
const code = (run: () => unknown): string => {
  try {
    run();
    return "accepted";
  } catch (error) {
    const { code, status } = error as { code: string; status: number };
    return `${status} ${code}`;
  }
};

describe("a signature in the header", () => {
  test("is accepted and tells who signed", () => {
    const verified = verifySignature(getObject, verifier());
    expect(verified.principal).toBe(example);
    expect(verified.presigned).toBe(false);
    expect([...verified.signedHeaders]).toEqual(["host", "range", "x-amz-content-sha256", "x-amz-date"]);
  });

  test("covers a path that needs encoding", () => {
    const request: SignedRequest = {
      method: "PUT",
      rawPath: "/test$file.text",
      rawQuery: "",
      headers: {
        host: "examplebucket.s3.amazonaws.com",
        date: "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        authorization: authorization(
          "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
          "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
      },
    };
    expect(code(() => verifySignature(request, verifier()))).toBe("accepted");
  });

  test.each<[string, SignedRequest, object, string]>([
    ["another path", { ...getObject, rawPath: "/other.txt" }, {}, "403 SignatureDoesNotMatch"],
    ["another method", { ...getObject, method: "DELETE" }, {}, "403 SignatureDoesNotMatch"],
    ["an added query", { ...getObject, rawQuery: "acl" }, {}, "403 SignatureDoesNotMatch"],
    [
      "a changed signed header",
      withHeaders(getObject, { range: "bytes=0-99" }),
      {},
      "403 SignatureDoesNotMatch",
    ],
    [
      "an added x-amz- header",
      withHeaders(getObject, { "x-amz-acl": "public-read" }),
      {},
      "403 AccessDenied",
    ],
    ["no signature", withHeaders(getObject, { authorization: undefined }), {}, "403 AccessDenied"],
    ["Basic", withHeaders(getObject, { authorization: "Basic abc" }), {}, "400 InvalidRequest"],
    ["an unknown key", getObject, { principalOf: () => undefined }, "403 InvalidAccessKeyId"],
    ["another region's", getObject, { region: "eu-west-1" }, "400 AuthorizationHeaderMalformed"],
    ["another service's", getObject, { service: "sqs" }, "400 IncompleteSignatureException"],
    ["late", getObject, { clock: at("2013-05-24T00:15:01Z") }, "403 RequestTimeTooSkewed"],
    ["early", getObject, { clock: at("2013-05-23T23:44:59Z") }, "403 RequestTimeTooSkewed"],
    [
      "without the session's token",
      getObject,
      { principalOf: () => ({ ...example, sessionToken: "token" }) },
      "400 InvalidToken",
    ],
    [
      "with a token beside the signature",
      withHeaders(getObject, { "x-amz-security-token": "token" }),
      { principalOf: () => ({ ...example, sessionToken: "token" }) },
      "403 AccessDenied",
    ],
    [
      "with no payload hash",
      withHeaders(getObject, { "x-amz-content-sha256": undefined }),
      {},
      "400 InvalidRequest",
    ],
    ["with a broken path", { ...getObject, rawPath: "/%zz" }, {}, "400 InvalidURI"],
  ])("%s: refused", (_, request, change, refusal) => {
    expect(code(() => verifySignature(request, verifier(change)))).toBe(refusal);
  });

  test("headers that are none of AWS's business are let through", () => {
    const request = withHeaders(getObject, {
      "x-auth-token": "secret",
      "user-agent": "books",
      referer: "x",
    });
    expect(code(() => verifySignature(request, verifier()))).toBe("accepted");
  });
});

describe("a presigned URL", () => {
  test("is good until it expires", () => {
    expect(verifySignature(presigned, verifier()).presigned).toBe(true);
    const last = { clock: at("2013-05-25T00:00:00Z") };
    expect(code(() => verifySignature(presigned, verifier(last)))).toBe("accepted");
    const late = { clock: at("2013-05-25T00:00:01Z") };
    expect(() => verifySignature(presigned, verifier(late))).toThrow("Request has expired");
  });

  const changed = (from: string, to: string) => ({
    ...presigned,
    rawQuery: presigned.rawQuery.replace(from, to),
  });
  test.each<[string, SignedRequest, object, string]>([
    ["longer life", changed("Expires=86400", "Expires=86401"), {}, "403 SignatureDoesNotMatch"],
    [
      "life over a week",
      changed("Expires=86400", "Expires=604801"),
      {},
      "400 AuthorizationQueryParametersError",
    ],
    ["an added parameter", changed("X-Amz-Date", "partNumber=2&X-Amz-Date"), {}, "403 SignatureDoesNotMatch"],
    ["no signature", changed("X-Amz-Signature", "Y"), {}, "400 AuthorizationQueryParametersError"],
    ["two mechanisms", withHeaders(presigned, { authorization: "Basic abc" }), {}, "400 InvalidArgument"],
    ["an added x-amz- header", withHeaders(presigned, { "x-amz-acl": "x" }), {}, "403 AccessDenied"],
    ["another host", withHeaders(presigned, { host: "other" }), {}, "403 SignatureDoesNotMatch"],
    ["not yet valid", presigned, { clock: at("2013-05-23T23:00:00Z") }, "403 AccessDenied"],
    ["another region's", presigned, { region: "eu-west-1" }, "400 AuthorizationQueryParametersError"],
  ])("%s: refused", (_, request, change, refusal) => {
    expect(code(() => verifySignature(request, verifier(change)))).toBe(refusal);
  });
});

describe("services other than S3", () => {
  const listUsers: SignedRequest = {
    method: "GET",
    rawPath: "/",
    rawQuery: "Action=ListUsers&Version=2010-05-08",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      host: "iam.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    },
  };
  const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  const iam = verifier({
    service: "iam",
    clock: at("2015-08-30T12:36:00Z"),
    principalOf: () => ({ ...example, secretAccessKey }),
  });

  test("sign the body, and answer under their own codes", () => {
    expect(code(() => verifySignature(listUsers, iam, emptyHash))).toBe("accepted");
    expect(code(() => verifySignature(listUsers, iam, sha256Hex("other")))).toBe(
      "400 InvalidSignatureException",
    );
    const stated = withHeaders(listUsers, { "x-amz-content-sha256": sha256Hex("stated") });
    expect(code(() => verifySignature(stated, iam, emptyHash))).toBe("400 InvalidSignatureException");
    const unknown = { ...iam, principalOf: () => undefined };
    expect(code(() => verifySignature(listUsers, unknown, emptyHash))).toBe(
      "400 UnrecognizedClientException",
    );
  });
});

describe("aws-chunked with signed chunks", () => {
  const chunkedPut: SignedRequest = {
    method: "PUT",
    rawPath: "/examplebucket/chunkObject.txt",
    rawQuery: "",
    headers: {
      host: "s3.amazonaws.com",
      "content-encoding": "aws-chunked",
      "content-length": "66824",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-date": "20130524T000000Z",
      "x-amz-decoded-content-length": "66560",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      authorization: authorization(
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
      ),
    },
  };
  const chunks = (second: string) =>
    [
      "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
      "a".repeat(65536),
      "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
      second,
      "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
      "\r\n",
    ].join("\r\n");
  const decode = async (body: string, step: number, signature = verifySignature(chunkedPut, verifier())) => {
    const trailer = new Map<string, string>();
    async function* source() {
      for (let index = 0; index < body.length; index += step)
        yield Buffer.from(body.slice(index, index + step));
    }
    const decoded: Buffer[] = [];
    for await (const chunk of decodeAwsChunked(source(), signature, trailer)) decoded.push(chunk);
    return { text: Buffer.concat(decoded).toString(), trailer };
  };

  test.each([7, 1000, 65536, 1_000_000])("decodes the documented example in pieces of %d", async (step) => {
    expect((await decode(chunks("a".repeat(1024)), step)).text).toBe("a".repeat(66560));
  });

  test("refuses a changed chunk and a body that ends early", async () => {
    await expect(decode(chunks(`b${"a".repeat(1023)}`), 1000)).rejects.toThrow("signature");
    await expect(decode(chunks("a").slice(0, 9000), 1000)).rejects.toThrow("bytes specified");
    await expect(decode("zz\r\n", 1000)).rejects.toThrow("well-formed");
  });

  test("verifies a signed trailer", async () => {
    const seed = {
      ...verifySignature(chunkedPut, verifier()),
      payloadHash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    };
    const key = signingKey(example.secretAccessKey, "20130524", "us-east-1", "s3");
    const sign = (algorithm: string, previous: string, ...hashes: string[]) =>
      hmac(key, [algorithm, seed.timestamp, seed.scope, previous, ...hashes].join("\n")).toString("hex");
    const first = sign("AWS4-HMAC-SHA256-PAYLOAD", seed.seedSignature, emptyHash, sha256Hex("abc"));
    const last = sign("AWS4-HMAC-SHA256-PAYLOAD", first, emptyHash, emptyHash);
    const trailer = "x-amz-checksum-crc32:NSRBwg==";
    const end = sign("AWS4-HMAC-SHA256-TRAILER", last, sha256Hex(`${trailer}\n`));
    const body = (line: string) =>
      `3;chunk-signature=${first}\r\nabc\r\n0;chunk-signature=${last}\r\n${line}\r\nx-amz-trailer-signature:${end}\r\n\r\n`;
    const decoded = await decode(body(trailer), 5, seed);
    expect(decoded.text).toBe("abc");
    expect(decoded.trailer.get("x-amz-checksum-crc32")).toBe("NSRBwg==");
    await expect(decode(body("x-amz-checksum-crc32:AAAAAA=="), 5, seed)).rejects.toThrow("signature");
  });
});
