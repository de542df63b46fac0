/**
 * Where a connection may lead, judged when it is made: a name that led elsewhere when it was published may lead inside by
 * now (DNS rebinding; OWASP, "Server-Side Request Forgery"). It costs nothing for a request on a connection that is open.
 */
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressPolicy, type Refusal, refusedAddress } from './address-ranges.ts';
import { HttpFailure } from './http-failure.ts';

/** For `net.connect`: of what a name leads to, only what is allowed; HttpFailure `forbidden` where nothing is. */
export function allowedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const refusals: Refusal[] = [];
      const allowed = found.filter(({ address }) => {
        const refusal = refusedAddress(address, policy);
        if (refusal) refusals.push({ ...refusal, why: `${address}, which ${refusal.why}` });
        return !refusal;
      });
      const [first] = allowed;
      if (!first) callback(forbidden(`${hostname} leads to`, refusals), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** For a host that is an address, which is never looked up. @param host as in a URL: IPv6 with brackets or without. */
export function forbiddenHost(host: string, policy: AddressPolicy): HttpFailure | undefined {
  const address = host.replace(/^\[|\]$/g, '');
  const refusal = isIP(address) === 0 ? undefined : refusedAddress(address, policy);
  return refusal && forbidden(address, [refusal]);
}

/** The setting is named where it would help. */
function forbidden(subject: string, refusals: readonly Refusal[]): HttpFailure {
  const kinds = new Set(refusals.flatMap(({ kind }) => kind ?? []));
  const unless = kinds.size > 0 ? ` unless WEFT_ROUTING_ADDRESSES names ${[...kinds].join(' or ')}` : '';
  const reasons = refusals.map(({ why }) => why).join(', and ');
  return new HttpFailure('forbidden', `${subject} ${reasons}: nothing is sent there${unless}`);
}
