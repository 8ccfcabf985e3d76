import { page } from "./aws-pages.ts";
import { forge, sent, withHeaders, without, withQuery } from "./sent.ts";
import { compare } from "./sides.ts";
import { presigned, type Wanted } from "./signed-request.ts";

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
const put: Wanted = { method: "PUT", key: "signed", body: "hello" };

compare([
  ["a good URL", sent(presigned, put), "200"],
  ["a good URL, read", sent(presigned, { key: "signed" }), "200"],
  ["another signature in the URL", sent(presigned, put, withQuery(forge)), "403 SignatureDoesNotMatch"],
  [
    "a signature cut short",
    sent(
      presigned,
      put,
      withQuery((q) => q.slice(0, -4)),
    ),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a URL of an unknown key id",
    sent(presigned, { ...put, accessKeyId: "nobody" }),
    "403 InvalidAccessKeyId",
  ],
  ["an expired URL", sent(presigned, { ...put, at: minutes(-5), expiresSeconds: 60 }), "403 AccessDenied"],
  [
    "a URL with a prolonged life",
    sent(
      presigned,
      { ...put, at: minutes(-5), expiresSeconds: 60 },
      withQuery((q) => q.replace("Expires=60", "Expires=6000")),
    ),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a URL of an hour ago that still lives",
    sent(presigned, { ...put, at: minutes(-60), expiresSeconds: 7200 }),
    "200",
  ],
  [
    "a URL of tomorrow",
    sent(presigned, { ...put, at: minutes(1440) }),
    "403 AccessDenied",
    "200",
    page.troubleshooting,
  ],
  ["a life of a week", sent(presigned, { ...put, expiresSeconds: 604_800 }), "200"],
  [
    "a life of more than a week",
    sent(presigned, { ...put, expiresSeconds: 604_801 }),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "a life below zero",
    sent(presigned, { ...put, expiresSeconds: -1 }),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "a life that is no number",
    sent(
      presigned,
      put,
      withQuery((q) => q.replace("Expires=600", "Expires=x")),
    ),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "no X-Amz-Expires",
    sent(
      presigned,
      put,
      withQuery((q) => q.replace("X-Amz-Expires=600&", "")),
    ),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "no X-Amz-Date",
    sent(
      presigned,
      put,
      withQuery((q) => q.replace(/X-Amz-Date=[^&]*&/, "")),
    ),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "no X-Amz-Signature",
    sent(
      presigned,
      put,
      withQuery((q) => q.replace(/&X-Amz-Signature=.*/, "")),
    ),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "another algorithm",
    sent(
      presigned,
      put,
      withQuery((q) => q.replace("HMAC-SHA256", "HMAC-MD5")),
    ),
    "400 AuthorizationQueryParametersError",
    "403 AccessDenied",
    page.query,
  ],
  [
    "a URL for another method",
    sent(presigned, put, (w) => ({ ...w, method: "GET" })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a URL for another key",
    sent(presigned, put, (w) => ({ ...w, path: `${w.path}x` })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a parameter added to a URL",
    sent(
      presigned,
      put,
      withQuery((q) => `${q}&tagging=`),
    ),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a parameter of a URL given twice",
    sent(
      presigned,
      put,
      withQuery((q) => `${q}&X-Amz-Expires=6000`),
    ),
    "403 SignatureDoesNotMatch",
  ],
  [
    "parameters of a URL in another order",
    sent(
      presigned,
      put,
      withQuery((q) => q.split("&").toReversed().join("&")),
    ),
    "200",
  ],
  ["a signed header of a URL, sent", sent(presigned, { ...put, headers: { "content-type": "a/b" } }), "200"],
  [
    "a signed header of a URL, left out",
    sent(presigned, { ...put, headers: { "content-type": "a/b" } }, without("content-type")),
    "403 SignatureDoesNotMatch",
  ],
  [
    "a signed header of a URL, changed",
    sent(presigned, { ...put, headers: { "content-type": "a/b" } }, withHeaders({ "content-type": "c/d" })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "the signed length of a URL, another body",
    sent(presigned, { ...put, headers: { "content-length": "5" } }, (w) => ({
      ...w,
      body: "longer than that",
    })),
    "403 SignatureDoesNotMatch",
  ],
  [
    "an x-amz- header beside a URL",
    sent(presigned, put, withHeaders({ "x-amz-meta-a": "b" })),
    "403 AccessDenied",
    "200",
    page.query,
  ],
  ["another header beside a URL", sent(presigned, put, withHeaders({ "x-auth-token": "secret" })), "200"],
  ["another host", sent(presigned, put, withHeaders({ host: "127.0.0.1:1" })), "403 SignatureDoesNotMatch"],
  [
    "Basic beside a URL",
    sent(presigned, put, withHeaders({ authorization: "Basic eDp5" })),
    "400 InvalidArgument",
  ],
  [
    "a URL of another region",
    sent(presigned, { ...put, scope: { region: "mars-1" } }),
    "400 AuthorizationQueryParametersError",
    "200",
    page.troubleshooting,
  ],
  [
    "a credential without its end",
    sent(
      presigned,
      put,
      withQuery((q) => q.replace("%2Faws4_request", "")),
    ),
    "400 AuthorizationQueryParametersError",
    "400 InvalidArgument",
    page.query,
  ],
]);
