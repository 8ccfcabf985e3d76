/*
 * Numbers as the developer guide has them ("Supported data types": up to 38 digits of precision, positive and negative,
 * or zero). Exact: a number is digits × 10^exponent, without trailing zeros.
 */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const trimmed = (digits: bigint, exponent: number): Decimal => {
  if (digits === 0n) return { digits, exponent: 0 };
  let [rest, power] = [digits, exponent];
  while (rest % 10n === 0n) [rest, power] = [rest / 10n, power + 1];
  return { digits: rest, exponent: power };
};

export function decimalOf(text: string): Decimal {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === "" && fraction === "") throw new Error(`${text} is no number`);
  const digits = BigInt(whole + fraction);
  return trimmed(sign === "-" ? -digits : digits, Number(exponent) - fraction.length);
}

const aligned = (a: Decimal, b: Decimal): readonly [bigint, bigint, number] => {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (one: Decimal) => one.digits * 10n ** BigInt(one.exponent - exponent);
  return [scaled(a), scaled(b), exponent];
};

export function sumOf(a: Decimal, b: Decimal): Decimal {
  const [x, y, exponent] = aligned(a, b);
  return trimmed(x + y, exponent);
}

export const negated = ({ digits, exponent }: Decimal): Decimal => ({ digits: -digits, exponent });

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export const precisionOf = ({ digits }: Decimal): number => String(digits).replace("-", "").length;

/** One text for one number. */
export const textOf = ({ digits, exponent }: Decimal): string =>
  exponent >= 0 ? `${digits}${"0".repeat(exponent)}` : `${digits}e${exponent}`;
