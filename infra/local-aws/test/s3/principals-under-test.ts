import type { Principal } from "../../iam/principal.ts";

export const region = "eu-central-1";

export const operator: Principal = {
  name: "operator",
  arn: "arn:aws:iam::000000000000:role/operator",
  accessKeyId: "AKIAOPERATOR",
  secretAccessKey: "operator-secret",
  sessionToken: "operator-token+/=",
  statements: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** Allowed only what a test says, as `action resource`. */
export const limited: Principal = {
  name: "limited",
  arn: "arn:aws:iam::000000000000:role/limited",
  accessKeyId: "AKIALIMITED",
  secretAccessKey: "limited-secret",
  statements: [],
};
