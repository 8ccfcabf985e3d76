import type { SynthSettings } from "../../shared/settings.ts";

/** A load balancer needs subnets in two availability zones (ELB guide, "Availability Zones for your Network Load Balancer"). */
const LEAST_SUBNETS = 2;

/** Why no ingress could be made of these settings, in words; undefined when one can, or none is asked for. */
export function ingressFault(settings: SynthSettings): string | undefined {
  const { ingress_public_url: url, ingress_vpc_id: vpc, ingress_subnets: subnets } = settings;
  const others = [settings.ingress_certificate_arn, settings.ingress_image, vpc, ...subnets];
  if (url === "")
    return others.every((text) => text === "")
      ? undefined
      : "GLANCE_INGRESS_PUBLIC_URL is missing: the URL under which clients reach the ingress";
  const { protocol, pathname, port } = new URL(url);
  if (protocol !== "https:" || pathname !== "/" || port !== "")
    return "GLANCE_INGRESS_PUBLIC_URL: expected https://NAME without port and path, as the load balancer listens at 443";
  if (settings.ingress_certificate_arn === "")
    return "GLANCE_INGRESS_PUBLIC_URL needs GLANCE_INGRESS_CERTIFICATE_ARN: the certificate of that name";
  if ((vpc === "") !== (subnets.length === 0))
    return "GLANCE_INGRESS_VPC_ID and GLANCE_INGRESS_SUBNETS: set both, or none for a VPC of its own";
  const wrong = subnets.find((subnet) => !/^subnet-[\da-f]{8,17}$/.test(subnet));
  if (wrong !== undefined)
    return `GLANCE_INGRESS_SUBNETS: expected ids like subnet-0123456789abcdef0, not "${wrong}"`;
  if (vpc !== "" && subnets.length < LEAST_SUBNETS)
    return "GLANCE_INGRESS_SUBNETS: expected subnets in two availability zones or more";
  if (vpc === "" && settings.ingress_scheme === "internal")
    return "GLANCE_INGRESS_SCHEME=internal needs GLANCE_INGRESS_VPC_ID: nobody is in a VPC of its own";
  if (settings.ingress_tasks_min > settings.ingress_tasks_max)
    return "GLANCE_INGRESS_TASKS_MIN is larger than GLANCE_INGRESS_TASKS_MAX";
  return undefined;
}
