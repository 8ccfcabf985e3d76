import { page } from "./aws-pages.ts";
import { sent, withQuery } from "./sent.ts";
import { type Case, compare, type Side } from "./sides.ts";
import { outcomeOf, presigned, send, signed, type Wanted } from "./signed-request.ts";

const put: Wanted = { method: "PUT", key: "signed", body: "hello" };

// What is signed is the encoded form, whatever form went over the wire.
const odd = [
  "a b",
  "a+b",
  "a%b",
  "ä/é",
  "a//b",
  "/lead",
  "tail/",
  "a/../b",
  "./x",
  "~t",
  "q?x=1",
  "h#1",
  "a&b=c",
  "(1)!*'",
  "\u{1F600}",
  'q"t',
  "<x>",
  "a:b@c,d;e",
  "%41",
  "a\\b",
  "a|b^`{}[]",
];
const oddKeys: readonly Case[] = odd.map((key) => [
  `the key ${JSON.stringify(key)}`,
  async (side: Side) => {
    const stored = outcomeOf(await send(side, signed(side, { method: "PUT", key, body: key })));
    const read = await send(side, presigned(side, { key }));
    const listing = await send(
      side,
      signed(side, {
        query: [
          ["list-type", "2"],
          ["prefix", key],
          ["encoding-type", "url"],
        ],
      }),
    );
    const [name = ""] = /(?<=<Key>)[^<]*/.exec(listing.body) ?? [];
    const listed = decodeURIComponent(name.replaceAll("+", " ").replaceAll("&apos;", "'"));
    return `${stored} ${read.body === key} ${listed === key}`;
  },
  "200 true true",
]);

const sentPath = (key: string, change: (path: string) => string) =>
  sent(signed, { ...put, key }, (wire) => ({ ...wire, path: change(wire.path) }));
const pathForms: readonly Case[] = [
  [
    "a path with an unreserved character encoded",
    sentPath("keep~it", (path) => path.replace("~", "%7E")),
    "200",
  ],
  ["a path with a letter encoded", sentPath("abc", (path) => path.replace("abc", "%61bc")), "200"],
  ["a path with hex in lower case", sentPath("é", (path) => path.toLowerCase()), "200"],
  ["a path with an asterisk that is not encoded", sentPath("a*b", (path) => path.replace("%2A", "*")), "200"],
  ["a path with a plus that is not encoded", sentPath("a+b", (path) => path.replace("%2B", "+")), "200"],
  ["a path with a slash encoded", sentPath("a/b", (path) => path.replace("a/b", "a%2Fb")), "200"],
  [
    "a path with a broken escape",
    sentPath("a", (path) => `${path}%zz`),
    "400 InvalidURI",
    "405 MethodNotAllowed",
    page.errors,
  ],
  [
    "a path with bytes that are no UTF-8",
    sentPath("a", (path) => `${path}%ff`),
    "400 InvalidURI",
    "403 SignatureDoesNotMatch",
    page.errors,
  ],
];

const queryForms: readonly Case[] = [
  [
    "a prefix with a space, as %20",
    sent(signed, {
      query: [
        ["list-type", "2"],
        ["prefix", "a b"],
      ],
    }),
    "200",
  ],
  [
    "a prefix with a space, sent as a plus",
    sent(
      signed,
      {
        query: [
          ["list-type", "2"],
          ["prefix", "a b"],
        ],
      },
      withQuery((q) => q.replace("%20", "+")),
    ),
    "200",
  ],
  [
    "a prefix with an asterisk, not encoded",
    sent(
      signed,
      {
        query: [
          ["list-type", "2"],
          ["prefix", "a*"],
        ],
      },
      withQuery((q) => q.replace("%2A", "*")),
    ),
    "200",
  ],
  [
    "a prefix with a slash, not encoded",
    sent(
      signed,
      {
        query: [
          ["list-type", "2"],
          ["prefix", "a/b"],
        ],
      },
      withQuery((q) => q.replace("%2F", "/")),
    ),
    "200",
  ],
  [
    "a prefix with an equals sign, not encoded",
    sent(
      signed,
      {
        query: [
          ["list-type", "2"],
          ["prefix", "a=b"],
        ],
      },
      withQuery((q) => q.replace("%3D", "=")),
    ),
    "200",
  ],
  [
    "names that sort by case",
    sent(presigned, {
      query: [
        ["list-type", "2"],
        ["prefix", "a"],
      ],
    }),
    "200",
  ],
];

compare([...oddKeys, ...pathForms, ...queryForms]);
