import { expect, test } from "vitest";
import { UsageError } from "../../../client/command-line/failures.ts";
import { parseIngressArguments } from "../../../client/ingress/arguments.ts";
import { givenLimits } from "../../../client/ingress/settings.ts";

const least = ["--endpoint", "https://api.example/prod/", "--listen", "9292"];

test("what is not given has its default; URLs lose their last slash", () => {
  expect(parseIngressArguments(least)).toEqual({
    endpoint: "https://api.example/prod",
    host: "127.0.0.1",
    port: 9292,
    publicUrl: undefined,
    state: undefined,
    maxUploads: 16,
    graceMs: 2000,
  });
});

test.each([
  [[], "--endpoint is missing"],
  [["--endpoint", "http://x"], "--listen is missing"],
  [["--endpoint", "ftp://x", "--listen", "1"], 'not "ftp://x"'],
  [["--endpoint", "http://x?a=b", "--listen", "1"], "without query"],
  [["--endpoint", "http://a:b@x", "--listen", "1"], "--endpoint"],
  [["--endpoint", "http://x", "--listen", "70000"], "from 0 to 65535"],
  [[...least, "--max-uploads", "0"], "from 1 to 1000"],
  [[...least, "--max-connections", "0"], "from 1 to"],
  [[...least, "--max-connections-per-address", "-1"], "max-connections-per-address"],
  [[...least, "--first-byte-timeout", "901"], "from 1 to 900"],
  [[...least, "--grace=-1"], "from 0 to 86400"],
  [[...least, "--grace", "1.5"], "from 0 to 86400"],
  [[...least, "--public-url", "there"], "--public-url"],
  [[...least, "--nonsense"], "nonsense"],
  [[...least, "more"], "more"],
])("%j is refused in one line", (args, text) => {
  expect(() => parseIngressArguments(args)).toThrow(UsageError);
  expect(() => parseIngressArguments(args)).toThrow(text);
  expect(() => parseIngressArguments(args)).not.toThrow(/\n/);
});

test("the limits are those that are given", () => {
  expect(givenLimits(parseIngressArguments(least))).toEqual({ maxUploads: 16 });
  const given = [
    "--max-uploads=3",
    "--max-connections=50",
    "--max-connections-per-address=0",
    "--first-byte-timeout=5",
  ];
  expect(givenLimits(parseIngressArguments([...least, ...given]))).toEqual({
    maxUploads: 3,
    maxConnections: 50,
    maxConnectionsPerAddress: 0,
    firstByteMs: 5000,
  });
});
