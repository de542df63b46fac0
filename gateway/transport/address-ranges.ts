/**
 * Which IP addresses a gateway may be sent to (OWASP, "Server-Side Request Forgery"; ranges of RFC 6890 and its updates).
 * What nobody serves a subgraph from is refused always; this host and private networks only where the mesh is said to
 * live there.
 */
import { BlockList, isIP } from 'node:net';

export interface AddressPolicy {
  /** This host: 127.0.0.0/8, ::1, and the names that always lead there. */
  readonly allowLoopback: boolean;
  /** Networks that are not the internet: 10.0.0.0/8, fc00::/7 and the like. */
  readonly allowPrivate: boolean;
  /** Link-local addresses, and the others at which clouds serve metadata and credentials. */
  readonly allowMetadata?: boolean;
}

/** Of addresses that were written by whoever starts the program: the machine and its networks are theirs. */
export const ownAddresses: AddressPolicy = { allowLoopback: true, allowPrivate: true };

/** @param kinds of addresses besides public ones, as `routingAddresses` names them. */
export function addressPolicy(kinds: readonly string[]): AddressPolicy {
  return {
    allowLoopback: kinds.includes('loopback'),
    allowPrivate: kinds.includes('private'),
    allowMetadata: kinds.includes('metadata'),
  };
}

/** Why an address is refused, as the rest of a sentence; undefined where it may be asked. What is no address may not. */
export function refusedAddress(ip: string, policy: AddressPolicy): string | undefined {
  const address = plainAddress(ip);
  if (address === undefined) return 'is no IP address';
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const [, why, allowedBy] = refused.find(([range]) => range.check(address, family)) ?? [];
  return allowedBy !== undefined && policy[allowedBy] ? undefined : why;
}

/** In one spelling; of IPv6 that stands for an IPv4 address, that address. Undefined: no address. */
function plainAddress(ip: string): string | undefined {
  // A zone (fe80::1%eth0) names an interface of this host; only link-local addresses have one, and those are refused.
  const [bare = ''] = ip.split('%');
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return undefined;
  const groups = groupsOf(new URL(`http://[${bare}]`).hostname.slice(1, -1));
  const [high = 0, low = 0] = groups.slice(6);
  const prefix = groups.slice(0, 6).map((group) => group.toString(16));
  const isOwn = prefix.every((group) => group === '0') && high === 0 && low <= 1; // :: and ::1
  if (isOwn || !carriers.has(prefix.join(':'))) return bare;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** What stands before an IPv4 address in the last 32 bits: compatible, mapped, translated (RFC 4291, 2765), NAT64 (6052). */
const carriers = new Set(['0:0:0:0:0:0', '0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0']);

/** `64:ff9b::7f00:1`, as the URL parser writes it → eight numbers. */
function groupsOf(address: string): number[] {
  const [start = [], end = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - start.length - end.length }, () => '0');
  return [...start, ...zeros, ...end].map((group) => Number.parseInt(group, 16));
}

function ranges(...written: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of written) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** The first that holds an address says what it is, and what allows it, if anything does. */
const refused: readonly (readonly [BlockList, string, keyof AddressPolicy | undefined])[] = [
  [
    // AWS, Google, Alibaba, Oracle, Azure: some lie in ranges that may be allowed.
    ranges(
      '169.254.0.0/16',
      'fd00:ec2::/32',
      'fd20:ce::254/128',
      '100.100.100.200/32',
      '192.0.0.0/24',
      '168.63.129.16/32',
    ),
    'is where clouds serve their metadata and credentials',
    'allowMetadata',
  ],
  [ranges('fe80::/10'), 'is link-local', 'allowMetadata'],
  [ranges('0.0.0.0/8', '::/128'), 'is unspecified, which many systems take for this host', undefined],
  [ranges('224.0.0.0/4', 'ff00::/8'), 'is multicast', undefined],
  [ranges('240.0.0.0/4'), 'is reserved, or broadcast', undefined],
  // 6to4, Teredo and local NAT64 hide an IPv4 address, where depends on who runs them.
  [ranges('2002::/16', '2001::/32', '64:ff9b:1::/48'), 'stands for another address that cannot be told', undefined],
  [ranges('127.0.0.0/8', '::1/128'), 'is this host itself (loopback)', 'allowLoopback'],
  [
    ranges('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', 'fc00::/7', 'fec0::/10'),
    'is in a private network',
    'allowPrivate',
  ],
];
