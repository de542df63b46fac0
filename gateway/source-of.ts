/** Which source a gateway's settings name, and where requests may go for what that source says. */
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import type { Log } from './engine/log.ts';
import { filesAsSource, type MeshSource, registryAsSource } from './mesh-source.ts';
import type { RegistrySettings } from './registry/registry.ts';
import { remoteAsSource } from './remote-source.ts';
import { type AddressPolicy, addressPolicy, ownAddresses } from './transport/address-ranges.ts';

/** @throws WeftError where the registry cannot be opened. */
export async function sourceOf(config: Config, log: Log): Promise<MeshSource> {
  const { supergraph: file, registry, routingHosts: hosts } = config;
  const catalogUrl = `${config.publicUrl || `http://${config.host}:${config.port}`}/catalog`;
  if (registry === '') return filesAsSource(file, { catalogUrl });
  if (isRemote(registry)) {
    const lastGoodFile = config.lastGood || join(dirname(file), '.weft', 'last-good.graph');
    return remoteAsSource({ url: registry, token: config.token, lastGoodFile, catalogUrl, log });
  }
  const settings: RegistrySettings = {
    file: registry,
    catalogUrl,
    routingUrls: { ...addressesOf(config), ...(hosts.length > 0 && { hosts }) },
    policies: {
      ...(config.policies !== '' && { folder: config.policies }),
      ...(config.waivers !== '' && { waiversFile: config.waivers }),
    },
    isOpen: config.registryOpen,
  };
  return registryAsSource({ file, settings, catalogUrl, log });
}

/**
 * Where requests may go. What domains publish here is not trusted; a mesh that is this gateway's own, open to this machine
 * only, or that of a registry that it was told to follow, may well be served on this machine and in its networks.
 */
export function addressesOf({ registry, registryOpen, routingAddresses }: Config): AddressPolicy {
  const kinds = routingAddresses.split(/[\s,]+/).filter(Boolean);
  const isGiven = registry === '' || registryOpen || isRemote(registry);
  return isGiven && kinds.length === 0 ? ownAddresses : addressPolicy(kinds);
}

const isRemote = (registry: string): boolean => /^https?:/.test(registry);
