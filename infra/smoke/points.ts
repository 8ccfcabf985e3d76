import { awsPoints } from "./points/aws-points.ts";
import { dataPoints } from "./points/data-points.ts";
import { gatewayPoints } from "./points/gateway-points.ts";
import { pathPoints } from "./points/path-points.ts";
import type { SmokePoint } from "./smoke-point.ts";

/** All points, what everything else rests on first. */
export const points: readonly SmokePoint[] = [...dataPoints, ...pathPoints, ...gatewayPoints, ...awsPoints];
