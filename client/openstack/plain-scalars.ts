/** A date or time, as it is written: nothing that a cloud's settings can be. */
export class Moment {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What an unquoted word of a file can stand for. Whole numbers keep all their digits. */
export type PlainValue = string | bigint | number | boolean | null | Moment;

const yes = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const no = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const nothing = /^(?:~|null|Null|NULL|)$/;
const whole =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const real =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const moment =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

const isNegative = (text: string) => text.startsWith("-");
const unsigned = (text: string) => text.replace(/^[-+]/, "");

function wholeNumber(text: string): bigint {
  const digits = unsigned(text.replaceAll("_", ""));
  const size = digits.includes(":")
    ? digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return isNegative(text) ? -size : size;
}

function realNumber(text: string): number {
  const digits = unsigned(text.replaceAll("_", "")).toLowerCase();
  if (digits === ".nan") return Number.NaN;
  const size =
    digits === ".inf"
      ? Number.POSITIVE_INFINITY
      : digits.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return isNegative(text) ? -size : size;
}

/** YAML 1.1's rules as PyYAML has them (resolver.py): `yes` is true, `0777` octal, `1:30` ninety, `1e5` a string. */
export function plainValue(text: string): PlainValue {
  if (yes.test(text)) return true;
  if (no.test(text)) return false;
  if (nothing.test(text)) return null;
  if (real.test(text)) return realNumber(text);
  if (whole.test(text)) return wholeNumber(text);
  return moment.test(text) ? new Moment(text) : text;
}

/** As Python's `str` writes a float. */
function realText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  if (value !== 0 && (Number(exponent) < -4 || Number(exponent) >= 16)) {
    const digits = exponent.slice(1).padStart(2, "0");
    return `${mantissa}e${exponent.startsWith("-") ? "-" : "+"}${digits}`;
  }
  if (Number.isInteger(value)) return `${Object.is(value, -0) ? "-0" : BigInt(value)}.0`;
  // JavaScript has the exponent form earlier than Python.
  return Math.abs(value) < 1e-6
    ? value.toFixed(-Number(exponent) + mantissa.replace(/\D/g, "").length - 1)
    : String(value);
}

/** As Python's `str` writes it; undefined for what is no single word. */
export function pythonText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return realText(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : undefined;
}
