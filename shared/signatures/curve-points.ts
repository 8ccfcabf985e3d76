import { integerOf } from "./modular.ts";
import type { Curve } from "./named-curves.ts";

/** A point of a curve; undefined: the one at infinity. */
export type Point = { readonly x: bigint; readonly y: bigint } | undefined;

const isSame = (one: Point, other: Point): boolean => one?.x === other?.x && one?.y === other?.y;

/** The point with which the sum is the one at infinity. */
const opposite = ({ field, isBinary }: Curve, point: Point): Point =>
  point && { x: point.x, y: isBinary ? field.add(point.x, point.y) : field.subtract(0n, point.y) };

function doubled({ field, isBinary, a }: Curve, { x, y }: NonNullable<Point>): Point {
  const { add, subtract, multiply, invert } = field;
  const square = multiply(x, x);
  if (isBinary) {
    const slope = add(x, multiply(y, invert(x)));
    const x3 = add(add(multiply(slope, slope), slope), a);
    return { x: x3, y: add(square, multiply(add(slope, 1n), x3)) };
  }
  const slope = multiply(add(add(add(square, square), square), a), invert(add(y, y)));
  const x3 = subtract(multiply(slope, slope), add(x, x));
  return { x: x3, y: subtract(multiply(slope, subtract(x, x3)), y) };
}

/** The sum of two points (SEC 1, sections 2.2.1 and 2.2.2). */
export function sum(curve: Curve, one: Point, other: Point): Point {
  if (one === undefined) return other;
  if (other === undefined) return one;
  if (isSame(one, opposite(curve, other))) return undefined;
  if (isSame(one, other)) return doubled(curve, one);
  const { field, isBinary, a } = curve;
  const { add, subtract, multiply, invert } = field;
  const slope = multiply(subtract(other.y, one.y), invert(subtract(other.x, one.x)));
  const straight = isBinary ? add(add(multiply(slope, slope), slope), a) : multiply(slope, slope);
  const x = subtract(subtract(straight, one.x), other.x);
  const y = subtract(multiply(slope, subtract(one.x, x)), one.y);
  return { x, y: isBinary ? add(y, x) : y };
}

/** one · first + other · second, both at a time. For public numbers only: its time tells of them. */
export function sumOfMultiples(
  curve: Curve,
  [one, first]: readonly [bigint, Point],
  [other, second]: readonly [bigint, Point],
): Point {
  const both = sum(curve, first, second);
  const bits = [one.toString(2), other.toString(2)];
  const length = Math.max(...bits.map((text) => text.length));
  const [ones = "", others = ""] = bits.map((text) => text.padStart(length, "0"));
  let result: Point;
  for (let index = 0; index < length; index++) {
    result = sum(curve, result, result);
    const [isOne, isOther] = [ones[index] === "1", others[index] === "1"];
    if (isOne && isOther) result = sum(curve, result, both);
    else if (isOne) result = sum(curve, result, first);
    else if (isOther) result = sum(curve, result, second);
  }
  return result;
}

/** Whether a point is on the curve. */
function isOn({ field, isBinary, a, b }: Curve, { x, y }: NonNullable<Point>): boolean {
  const { add, multiply, isElement } = field;
  if (!isElement(x) || !isElement(y)) return false;
  const square = multiply(x, x);
  const left = isBinary ? add(multiply(y, y), multiply(x, y)) : multiply(y, y);
  const right = isBinary
    ? add(add(multiply(square, x), multiply(a, square)), b)
    : add(add(multiply(square, x), multiply(a, x)), b);
  return left === right;
}

/** A point in its uncompressed form (SEC 1, section 2.3.4); undefined for anything else, and for one not on the curve. */
export function pointOf(curve: Curve, bytes: Uint8Array): Point {
  const { bytes: length } = curve.field;
  if (bytes.length !== 1 + 2 * length || bytes[0] !== 4) return undefined;
  const point = {
    x: integerOf(bytes.subarray(1, 1 + length)),
    y: integerOf(bytes.subarray(1 + length)),
  };
  return isOn(curve, point) ? point : undefined;
}
