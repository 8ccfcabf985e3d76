import { page } from "./aws-pages.ts";
import { forge, sent, withHeaders, without, withQuery } from "./sent.ts";
import { compare } from "./sides.ts";
import { signed, type Wanted } from "./signed-request.ts";

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
const put: Wanted = { method: "PUT", key: "signed", body: "hello" };
const list: Wanted = { query: [["list-type", "2"]] };

compare([
  ["a good signature", sent(signed, put), "200"],
  ["a list, signed", sent(signed, list), "200"],
  [
    "another signature",
    sent(signed, put, (w) => withHeaders({ authorization: forge(w.headers.authorization ?? "") })(w)),
    "403 SignatureDoesNotMatch",
  ],
  ["another secret", sent(signed, { ...put, secretAccessKey: "x" }), "403 SignatureDoesNotMatch"],
  ["an unknown key id", sent(signed, { ...put, accessKeyId: "nobody" }), "403 InvalidAccessKeyId"],
  [
    "another method than signed",
    sent(signed, { ...put, method: "GET" }, (w) => ({ ...w, method: "DELETE" })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "another path than signed",
    sent(signed, put, (w) => ({ ...w, path: `${w.path}x` })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "an added parameter",
    sent(
      signed,
      list,
      withQuery((q) => `${q}&prefix=x`),
    ),
    "403 SignatureDoesNotMatch",
  ],
  [
    "parameters in another order",
    sent(
      signed,
      {
        query: [
          ["list-type", "2"],
          ["max-keys", "1"],
        ],
      },
      withQuery((q) => q.split("&").toReversed().join("&")),
    ),
    "200",
  ],
  [
    "a parameter without an equals sign",
    sent(
      signed,
      { query: [["location", ""]] },
      withQuery((q) => q.replace("location=", "location")),
    ),
    "200",
  ],
  [
    "a signed header changed",
    sent(signed, { ...put, headers: { "content-type": "a/b" } }, withHeaders({ "content-type": "c/d" })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a signed header left out",
    sent(signed, { ...put, headers: { "content-type": "a/b" } }, without("content-type")),
    "403 SignatureDoesNotMatch",
  ],
  [
    "spaces within and around a header",
    sent(signed, { ...put, headers: { "x-amz-meta-a": "  a   b  " } }),
    "200",
  ],
  [
    "an x-amz- header added",
    sent(signed, put, withHeaders({ "x-amz-meta-a": "b" })),
    "403 AccessDenied",
    "200",
    page.header,
  ],
  ["another header added", sent(signed, put, withHeaders({ "x-auth-token": "secret" })), "200"],
  ["16 minutes late", sent(signed, { ...put, at: minutes(-16) }), "403 RequestTimeTooSkewed"],
  ["16 minutes early", sent(signed, { ...put, at: minutes(16) }), "403 RequestTimeTooSkewed"],
  ["14 minutes late", sent(signed, { ...put, at: minutes(-14) }), "200"],
  ["no date", sent(signed, put, without("x-amz-date")), "403 AccessDenied"],
  [
    "the scope of another day",
    sent(signed, { ...put, scope: { date: "20200101" } }),
    "400 AuthorizationHeaderMalformed",
    "200",
    page.troubleshooting,
  ],
  [
    "the scope of another region",
    sent(signed, { ...put, scope: { region: "mars-1" } }),
    "400 AuthorizationHeaderMalformed",
    "200",
    page.troubleshooting,
  ],
  [
    "the scope of another service",
    sent(signed, { ...put, scope: { service: "sqs" } }),
    "400 AuthorizationHeaderMalformed",
    "200",
    page.troubleshooting,
  ],
  [
    "a body that was not signed",
    sent(signed, put, (w) => ({ ...w, body: "other" })),
    "400 XAmzContentSHA256Mismatch",
  ],
  ["an unsigned body", sent(signed, { ...put, payloadHash: "UNSIGNED-PAYLOAD" }), "200"],
  [
    "no payload hash",
    sent(signed, put, without("x-amz-content-sha256")),
    "400 InvalidRequest",
    "403 SignatureDoesNotMatch",
    page.header,
  ],
  [
    "an Authorization cut short",
    sent(signed, put, withHeaders({ authorization: "AWS4-HMAC-SHA256 Credential=reference" })),
    "400 AuthorizationHeaderMalformed",
    "400 InvalidArgument",
    page.errors,
  ],
  [
    "an Authorization with spaces after the commas",
    sent(signed, put, (w) =>
      withHeaders({ authorization: (w.headers.authorization ?? "").replaceAll(",", ", ") })(w),
    ),
    "200",
  ],
  ["no signature at all", sent(signed, put, without("authorization")), "403 AccessDenied"],
]);
