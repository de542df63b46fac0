/**
 * Whether a gateway may be sent to the address that a domain publishes. The URL is read by the parser that reads it
 * again when requests go out (WHATWG URL), which knows every spelling of an address: `0x7f.1` and `１２７.0.0.1` are 127.0.0.1
 * to it. What other parsers read otherwise, so that two readers would see two hosts, is refused as it stands.
 *
 * Names are not resolved here: where a name leads is known only when a connection is made, and judged then
 * (transport/allowed-lookup.ts).
 */
import { isIP } from 'node:net';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { type AddressPolicy, refusedAddress } from '../transport/address-ranges.ts';
import { parseUrl } from './parse-url.ts';

export interface RoutingUrlPolicy {
  readonly addresses: AddressPolicy;
  /** http and https where absent. */
  readonly schemes?: readonly ('http' | 'https')[];
  /** Names and addresses, exact or `*.example.com`, which is every name below it; absent: any. */
  readonly hosts?: readonly string[];
  /** Absent: 80, 443 and all from 1024. The others belong to other protocols. */
  readonly ports?: readonly number[];
}

export function routingUrlIssues(url: string, policy: RoutingUrlPolicy): Issue[] {
  const parsed =
    unreadableBecause(url) ?? parseUrl(url) ?? 'is not one that can be asked: its host or its port is malformed';
  if (typeof parsed === 'string') return [issue('ROUTING_URL_INVALID', `The routing URL ${parsed}.`)];
  const { protocol, hostname, port } = parsed;
  const scheme = protocol.slice(0, -1);
  const refused = (reason: string, help?: string): Issue =>
    issue('ROUTING_URL_REFUSED', `The routing URL leads to ${hostname}${port && `:${port}`}: ${reason}.`, {
      ...(help !== undefined && { help }),
    });

  const issues: Issue[] = [];
  const { schemes = ['http', 'https'], hosts, ports } = policy;
  if (!(schemes as readonly string[]).includes(scheme)) {
    issues.push(refused(`${scheme} is not allowed here, only ${schemes.join(' and ')}`));
  }
  const host = hostname.replace(/\.$/, '');
  const reason = reasonAgainst(host, policy.addresses);
  if (reason) issues.push(refused(reason));
  if (hosts && !hosts.some((pattern) => matches(host, pattern.toLowerCase()))) {
    issues.push(refused('the host is not one of those that this mesh allows', `Allowed are ${hosts.join(', ')}.`));
  }
  const number = Number(port || (scheme === 'https' ? 443 : 80));
  if (ports ? !ports.includes(number) : number < 1024 && number !== 80 && number !== 443) {
    const allowed = ports ? ports.join(', ') : '80, 443 and all from 1024';
    issues.push(refused(`port ${number} is not one that subgraphs are served at`, `Allowed are ${allowed}.`));
  }
  return issues;
}

/** What is no address of a subgraph, or is one only to some readers; as the rest of a sentence, quoting nothing secret. */
function unreadableBecause(url: string): string | undefined {
  if (url.length > 2048) return 'is longer than 2,048 characters';
  // A URL parser drops tabs and newlines, and reads a backslash as a slash.
  if (/[\p{Cc}\p{Cf}\s\\]/u.test(url)) return 'holds white space, an invisible character or a backslash';
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(url) ?? [];
  if (authority === undefined) return 'does not begin with http:// or https:// and a host';
  if (authority.includes('@')) return 'holds a name or a password, which are not sent';
  if (url.includes('#')) return 'holds a # and what follows, which is never sent';
  return undefined;
}

function reasonAgainst(host: string, addresses: AddressPolicy): string | undefined {
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIP(address) !== 0) return refusedAddress(address, addresses)?.why;
  if (metadataNames.test(host)) return addresses.has('metadata') ? undefined : 'the name is that of a metadata service';
  if (loopbackNames.test(host)) return addresses.has('loopback') ? undefined : 'the name always means this host itself';
  return undefined;
}

const metadataNames =
  /^(?:metadata|metadata\.goog|metadata\.google\.internal|instance-data|instance-data\.ec2\.internal)$/;

/** RFC 6761, section 6.3, and what /etc/hosts of the usual distributions calls it. */
const loopbackNames =
  /^(?:(?:.+\.)?localhost|localhost\.localdomain|localhost6?(?:\.localdomain6)?|ip6-(?:localhost|loopback))$/;

const matches = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
