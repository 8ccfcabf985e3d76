import { proxyRows, tlsRows } from "./connection-rows.ts";
import { loginRows } from "./login-rows.ts";
import { placeRows } from "./place-rows.ts";
import type { Row } from "./row.ts";
import { environmentRows, fileRows } from "./source-rows.ts";
import { shapeRows, yamlRows } from "./yaml-rows.ts";

export const rows: readonly Row[] = [
  ...yamlRows,
  ...shapeRows,
  ...loginRows,
  ...placeRows,
  ...fileRows,
  ...environmentRows,
  ...tlsRows,
  ...proxyRows,
];
