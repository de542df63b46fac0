/** Which source a gateway's settings name, and where requests may go for what that source says. */
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import type { Log } from './engine/log.ts';
import { filesAsSource, type MeshSource, registryAsSource } from './mesh-source.ts';
import { isLoopbackHost } from './registry/loopback-host.ts';
import { parseUrl } from './registry/parse-url.ts';
import type { RegistrySettings } from './registry/registry.ts';
import { remoteAsSource } from './remote-source.ts';
import { type AddressPolicy, addressPolicy, ownAddresses, publicAddresses } from './transport/address-ranges.ts';

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
    routingUrls: { addresses: addressesOf(config), ...(hosts.length > 0 && { hosts }) },
    policies: {
      ...(config.policies !== '' && { folder: config.policies }),
      ...(config.waivers !== '' && { waiversFile: config.waivers }),
    },
    isOpen: config.registryOpen,
  };
  return registryAsSource({ file, settings, catalogUrl, log });
}

/**
 * Where requests may go. What others publish leads to public addresses only, here and at gateways elsewhere that follow the
 * registry; a mesh of this gateway's own files, or of a registry that is this machine's, may be served on this machine and in
 * its networks. Settings say otherwise.
 */
export function addressesOf({ registry, registryOpen, routingAddresses }: Config): AddressPolicy {
  const isOwn = isRemote(registry)
    ? isLoopbackHost(parseUrl(registry)?.hostname ?? '')
    : registry === '' || registryOpen;
  return addressPolicy(routingAddresses, isOwn ? ownAddresses : publicAddresses);
}

/** Whether the registry is another gateway's. */
export const isRemote = (registry: string): boolean => /^https?:/.test(registry);
