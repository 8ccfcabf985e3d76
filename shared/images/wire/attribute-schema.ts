import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { BadRequest } from "../../errors.ts";
import { ownValue } from "../../own-value.ts";
import type { Settings } from "../../settings.ts";
import { baseProperties, declaredProperties } from "./image-schema.ts";

const MAX_NAME = 255;

const draft = "2020-12";

/** The most exact message is the last one: the first only says which keyword led there. */
const innermost = (errors: readonly OutputUnit[]): string => errors.at(-1)?.error ?? "not valid";

// No object of JavaScript and no map of DynamoDB keeps these as plain names.
const impossibleNames = new Set(["", "__proto__"]);

function checkName(name: string): void {
  if (impossibleNames.has(name)) throw new BadRequest(`'${name}' cannot be the name of a property.`);
  if ([...name].length > MAX_NAME) {
    throw new BadRequest(`Property name is longer than ${MAX_NAME} characters: ${name.slice(0, 40)}…`);
  }
}

export type AttributeCheck = (name: string, value: unknown) => void;

/**
 * Checks one attribute or custom property against the image schema. Validators are made as they are needed and
 * kept. Throws BadRequest with the attribute's name and the reason.
 */
export function attributeCheck(settings: Settings): AttributeCheck {
  const properties: Record<string, unknown> = { ...declaredProperties, ...baseProperties(settings) };
  const validators = new Map<string, Validator>();

  return (name, value) => {
    checkName(name);
    const known = Object.hasOwn(properties, name);
    const key = known ? name : "";
    let validator = validators.get(key);
    if (!validator) {
      const schema = (known ? ownValue(properties, name) : { type: "string" }) as Schema;
      validator = new Validator(schema, draft);
      validators.set(key, validator);
    }
    const { valid, errors } = validator.validate(value);
    if (!valid) {
      throw new BadRequest(`Provided object does not match schema 'image': ${name}: ${innermost(errors)}`);
    }
  };
}
