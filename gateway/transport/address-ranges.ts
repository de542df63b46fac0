/**
 * Which IP addresses a gateway may be sent to (OWASP, "Server-Side Request Forgery"; ranges of RFC 6890 and its updates).
 * What nobody serves a subgraph from is refused always; this host, private networks and the like only where the mesh is
 * said to live there.
 */
import { BlockList, isIP } from 'node:net';

/**
 * - `loopback`: this host: 127.0.0.0/8, ::1, what systems take for it (0.0.0.0, ::), and the names that always lead there.
 * - `private`: networks that are not the internet: 10.0.0.0/8, fc00::/7 and the like.
 * - `link-local`: what only this link reaches, such as the host of some containers.
 * - `metadata`: where clouds serve their metadata and credentials.
 */
export const addressKinds = ['loopback', 'private', 'link-local', 'metadata'] as const;
export type AddressKind = (typeof addressKinds)[number];

/** Kinds of addresses that may be asked, besides public ones. */
export type AddressPolicy = ReadonlySet<AddressKind>;

export const publicAddresses: AddressPolicy = new Set();

/** Of addresses that were written by whoever starts the program: the machine and its networks are theirs. */
export const ownAddresses: AddressPolicy = new Set(['loopback', 'private']);

/** @param setting kinds, with commas, as WEFT_ROUTING_ADDRESSES names them; `public` adds none. Where empty: `otherwise`. */
export function addressPolicy(setting = '', otherwise = ownAddresses): AddressPolicy {
  const named = setting.split(/[\s,]+/).filter(Boolean);
  return named.length === 0 ? otherwise : new Set(addressKinds.filter((kind) => named.includes(kind)));
}

export interface Refusal {
  /** As the rest of a sentence about the address. */
  readonly why: string;
  /** What would have to be allowed; absent where nothing allows it. */
  readonly kind?: AddressKind | undefined;
}

/** Undefined where the address may be asked. What is no address may not. */
export function refusedAddress(ip: string, policy: AddressPolicy): Refusal | undefined {
  const address = plainAddress(ip);
  if (address === undefined) return { why: 'is no IP address' };
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const [, why, kind] = special.find(([range]) => range.check(address, family)) ?? [];
  return why === undefined || (kind && policy.has(kind)) ? undefined : { why, kind };
}

/** In one spelling; of IPv6 that stands for an IPv4 address, that address. Undefined: no address. */
function plainAddress(ip: string): string | undefined {
  // A zone (fe80::1%eth0) names an interface of this host, and says nothing of the address.
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

/**
 * What stands before an IPv4 address in the last 32 bits: compatible, mapped, translated (RFC 4291, 2765), NAT64 (6052), and
 * local NAT64 (8215) with its first /96: where a shorter prefix is in use, such an address is one of 0.0.0.0/8, and leads nowhere.
 */
const carriers = new Set(['0:0:0:0:0:0', '0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0', '64:ff9b:1:0:0:0']);

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

/** The first that holds an address says what it is, and the kind that it is of, if it may be asked at all. */
const special: readonly (readonly [BlockList, string, AddressKind?])[] = [
  [
    ranges(
      // AWS, Google, Azure, Tencent, OpenStack. The others may lie in networks that are allowed.
      ...['169.254.169.0/24', '169.254.170.0/24', '169.254.128.0/22', '169.254.0.23/32', 'fe80::a9fe:a9fe/128'],
      // AWS, Google, Oracle, Scaleway, Akamai, Alibaba.
      ...['fd00:ec2::/32', 'fd20:ce::254/128', 'fd00:c1::a9fe:a9fe/128', 'fd00:42::42/128', 'fd00:a9fe:a9fe::1/128'],
      'fd00:100::100:200/128',
      // Alibaba, Oracle, Azure.
      ...['100.100.100.200/32', '192.0.0.0/24', '168.63.129.16/32'],
    ),
    'is where clouds serve their metadata and credentials',
    'metadata',
  ],
  [ranges('169.254.0.0/16', 'fe80::/10'), 'is link-local', 'link-local'],
  [ranges('127.0.0.0/8', '::1/128', '0.0.0.0/32', '::/128'), 'is this host itself (loopback)', 'loopback'],
  [ranges('0.0.0.0/8'), 'is of no host'],
  [ranges('224.0.0.0/4', 'ff00::/8'), 'is multicast'],
  [ranges('255.255.255.255/32'), 'is broadcast'],
  // 6to4, Teredo and local NAT64 hide an IPv4 address, where depends on who runs them.
  [ranges('2002::/16', '2001::/32', '64:ff9b:1::/48'), 'stands for another address that cannot be told'],
  [
    ranges(
      ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', 'fc00::/7', 'fec0::/10'],
      // Reserved; service meshes and clouds take it for addresses of their own.
      '240.0.0.0/4',
    ),
    'is in a private network',
    'private',
  ],
];
