import { isIP } from "node:net";
import { ownValue } from "../own-value.ts";
import type { GivenProvider } from "./identity-provider.ts";
import type { GivenIssuer } from "./oidc-issuer.ts";
import { parseIdentityProviders } from "./parse-identity-providers.ts";
import { parseOidcIssuers } from "./parse-oidc-issuers.ts";
import { parseStores } from "./stores/parse-stores.ts";
import { StoreFault } from "./stores/store-fault.ts";
import type { StoreSetting } from "./stores/store-setting.ts";

/**
 * One tunable: what it is when nobody says anything, and how its text is read. Functions are told values as JSON
 * (carried-setting.ts), so a value is a text, or JSON of the same kind as the default.
 */
export interface Option<Value> {
  readonly default: Value;
  /** The value of a text, or an Error message that says what is expected. */
  readonly parse: (text: string) => Value | Error;
  /** What is expected, where the Error of `parse` says more. */
  readonly form?: string;
}

export const integer = (
  initial: number,
  least = Number.MIN_SAFE_INTEGER,
  most = Number.MAX_SAFE_INTEGER,
): Option<number> => ({
  default: initial,
  parse: (text) => {
    const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    if (most < Number.MAX_SAFE_INTEGER) return Error(`a whole number from ${least} to ${most}`);
    return Error(least > Number.MIN_SAFE_INTEGER ? `a whole number of at least ${least}` : "a whole number");
  },
});

export const flag = (initial: boolean): Option<boolean> => ({
  default: initial,
  parse: (text) => {
    const word = text.trim().toLowerCase();
    if (["true", "1", "yes", "on"].includes(word)) return true;
    if (["false", "0", "no", "off"].includes(word)) return false;
    return Error("true or false");
  },
});

export const list = (initial: readonly string[]): Option<readonly string[]> => ({
  default: initial,
  parse: (text) =>
    text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
});

/** Some words of those that there are, each once. */
export const words = <const Word extends string>(
  known: readonly Word[],
  initial: readonly Word[],
): Option<readonly Word[]> => ({
  default: initial,
  parse: (text) => {
    const named = text
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
    const found = [...new Set(named)].flatMap((name) => known.find((word) => word === name) ?? []);
    if (found.length === named.length) return found;
    return Error(
      known.length === 0
        ? "nothing, as there are none yet"
        : `${known.join(", ")}, each at most once, with commas between`,
    );
  },
});

export const ports = (initial: readonly number[]): Option<readonly number[]> => ({
  default: initial,
  parse: (text) => {
    const words = text.split(",").map((word) => word.trim());
    const named = words.filter((word) => word !== "");
    const numbers = named.map(Number);
    const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536;
    return numbers.every(isPort) ? numbers : Error("ports like 80,443");
  },
});

export const networks = (): Option<readonly string[]> => ({
  default: [],
  parse: (text) => {
    const words = text.split(",").map((word) => word.trim());
    const named = words.filter((word) => word !== "");
    return named.every(isNetwork) ? named : Error("networks like 10.0.0.0/8, with commas between");
  },
});

function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

export const matching = (form: RegExp, expected: string): Option<string> => ({
  default: "",
  parse: (text) => (text === "" || form.test(text) ? text : Error(`${expected}, or nothing`)),
});

/** EventBridge keeps sources that begin with `aws.` for AWS. */
export const publisher = (initial: string): Option<string> => ({
  default: initial,
  parse: (text) =>
    /^(?!aws\.)[\w.@/-]{1,255}$/i.test(text)
      ? text
      : Error("letters, digits and .-_/@, not beginning with aws."),
});

export const eventTypes = (): Option<readonly string[]> => {
  const types = list([]);
  return {
    ...types,
    parse: (text) => {
      const parsed = types.parse(text);
      const isType = (word: string) => /^(image(\.member)?|task|metadef_[a-z_]+)(\.[a-z_]+)?$/.test(word);
      return parsed instanceof Error || parsed.every(isType)
        ? parsed
        : Error("event types or groups like image.send, image.member, task, with commas between");
    },
  };
};

export const url = (): Option<string> => ({
  default: "",
  parse: (text) =>
    text === "" || URL.canParse(text) ? text.replace(/\/+$/, "") : Error("an absolute URL, or nothing"),
});

/** Lambda allows 4 KB of variables in all. */
const MAX_PROVIDERS_LENGTH = 2000;

export const providers = (): Option<readonly GivenProvider[]> => ({
  default: [],
  parse: (text) =>
    (text.length <= MAX_PROVIDERS_LENGTH && parseIdentityProviders(text)) ||
    Error(`a JSON list of providers of at most ${MAX_PROVIDERS_LENGTH} characters (docs/identity.md)`),
});

const isOrigin = (word: string): boolean =>
  word === "*" || (URL.canParse(word) && new URL(word).origin === word);

export const origins = (): Option<readonly string[]> => {
  const words = list([]);
  return {
    ...words,
    parse: (text) => {
      const parsed = words.parse(text);
      return parsed instanceof Error || parsed.every(isOrigin)
        ? parsed
        : Error("a comma-separated list of origins like https://console.example, or *");
    },
  };
};

const BYTES_OF = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 } as const;

/** Bytes, written as Glance does: a whole number, with a unit of 1024 if any. */
export const amount = (): Option<number> => ({
  default: 0,
  parse: (text) => {
    const [, digits, unit = "B"] = /^(\d+)([KMGT]?B)?$/.exec(text.trim()) ?? [];
    const value = Number(digits) * (ownValue(BYTES_OF, unit) ?? Number.NaN);
    return Number.isSafeInteger(value)
      ? value
      : Error("bytes as a whole number, with B, KB, MB, GB or TB after it if wanted, like 500GB");
  },
});

export const path = (): Option<string> => ({ default: "", parse: (text) => text });

/** Which stores are to have copies: judged beside the stores, when the app is synthesised. */
export const copyCounts = (): Option<string> => ({
  default: "",
  form: "stores like fast:1,cheap:1, or a JSON object (docs/stores.md)",
  parse: (text) => text,
});

export const choice = <const Word extends string>(words: readonly [Word, ...Word[]]): Option<Word> => ({
  default: words[0],
  parse: (text) => words.find((word) => word === text.trim().toLowerCase()) ?? Error(words.join(" or ")),
});

/** Lambda allows 4 KB of variables in all. */
const MAX_ISSUERS_LENGTH = 2500;

export const issuers = (): Option<readonly GivenIssuer[]> => ({
  default: [],
  parse: (text) => {
    if (text === "") return [];
    return (
      (text.length <= MAX_ISSUERS_LENGTH && parseOidcIssuers(text)) ||
      Error(`a JSON list of issuers of at most ${MAX_ISSUERS_LENGTH} characters (docs/identity.md)`)
    );
  },
});

/** Lambda allows 4 KB of variables in all. */
const MAX_STORES_LENGTH = 2000;

export const backends = (): Option<readonly StoreSetting[]> => {
  const form = `stores like fast:s3,cheap:s3, or a JSON list of at most ${MAX_STORES_LENGTH} characters (docs/stores.md)`;
  return {
    default: [],
    form,
    parse: (text) => {
      if (text.length > MAX_STORES_LENGTH) return Error(form);
      try {
        return parseStores(text);
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error;
        return Error(`${form}; ${error.message}`);
      }
    },
  };
};
