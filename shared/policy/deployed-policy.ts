import { effectiveRules } from "./effective-rules.ts";
import { type PolicyParts, policyParts } from "./policy-parts.ts";

/*
 * The policy in force. These are Glance's defaults; in the functions' bundles this module is replaced by one that
 * holds the operator's policy as data (deployment/policy-module.ts), with the same exports.
 */
let parts: PolicyParts | undefined;
const defaults = (): PolicyParts => {
  parts ??= policyParts(effectiveRules(new Map(), true), null);
  return parts;
};

export const adminCheck = () => defaults().adminCheck;
export const imageRules = () => defaults().imageRules;
export const metadefRules = () => defaults().metadefRules;
export const serviceRules = () => defaults().serviceRules;
export const protections = () => defaults().protections;
