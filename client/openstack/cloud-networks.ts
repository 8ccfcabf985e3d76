import { ownValue } from "../../shared/own-value.ts";
import { ConfigurationError } from "./cloud-settings.ts";
import { switchOf, type Values } from "./cloud-values.ts";
import { isMapping } from "./mapping.ts";

/**
 * Networks mean nothing to an image service, but a file that openstacksdk refuses because of them is refused here, too
 * (config/loader.py). Throws ConfigurationError.
 */
export function checkNetworks(config: Values, source: string): void {
  const refusal = (reason: string) => new ConfigurationError(`${source}: ${reason}`);
  const networks = Object.hasOwn(config, "networks") ? config.networks : [];
  if (!Array.isArray(networks)) throw refusal("networks is no list");
  const old = ["external_network", "internal_network"].filter((name) => Object.hasOwn(config, name));
  if (old.length > 0 && Object.hasOwn(config, "networks"))
    throw refusal(`${old[0]} and networks exclude each other`);
  for (const network of networks) {
    if (!isMapping(network) || !network.name) throw refusal("an entry of networks has no name");
  }
  const flags = { nat_destination: "internal_network", default_interface: "external_network" };
  for (const [flag, oldName] of Object.entries(flags)) {
    const flagged = networks.filter((network) => switchOf(ownValue(network, flag), flag, source)).length;
    if (flagged + (old.includes(oldName) ? 1 : 0) > 1) throw refusal(`two networks have ${flag}`);
  }
}
