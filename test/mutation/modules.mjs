/** What is mutated together, those first that guard data. */
export const modules = {
  bytes: "shared/images/operations/bytes/**/*.ts",
  integrity: "shared/images/operations/integrity/**/*.ts",
  transfers: "shared/images/operations/transfers/**/*.ts",
  operations: "shared/images/operations/*.ts",
  "images-domain": "shared/images/domain/**/*.ts",
  upkeep: "shared/upkeep/operations/**/*.ts",
  members: "shared/images/operations/{members,quotas,lists}/**/*.ts",
  notifications: "shared/notifications/{domain,operations}/**/*.ts",
  "images-policy": "shared/images/policy/**/*.ts",
  policy: "shared/policy/**/*.ts",
  formats: "shared/formats/**/*.ts",
  "identity-domain": "shared/identity/domain/**/*.ts",
  "identity-operations": "shared/identity/operations/**/*.ts",
};
