/**
 * Where a connection may lead, judged when it is made: a name that led elsewhere when it was published may lead inside by
 * now (DNS rebinding; OWASP, "Server-Side Request Forgery"). It costs nothing for a request on a connection that is open.
 */
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressPolicy, refusedAddress } from './address-ranges.ts';
import { HttpFailure } from './http-failure.ts';

/** For `net.connect`: of what a name leads to, only what is allowed; HttpFailure `forbidden` where nothing is. */
export function allowedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = found.filter(({ address }) => refusedAddress(address, policy) === undefined);
      const [first] = allowed;
      if (!first) {
        const { address = 'nowhere' } = found[0] ?? {};
        callback(forbidden(`${hostname} leads to ${address}, which ${refusedAddress(address, policy)}`), []);
      } else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** For a host that is an address, which is never looked up. @param host as in a URL: IPv6 with brackets or without. */
export function refusedHost(host: string, policy: AddressPolicy): HttpFailure | undefined {
  const address = host.replace(/^\[|\]$/g, '');
  const why = isIP(address) === 0 ? undefined : refusedAddress(address, policy);
  return why === undefined ? undefined : forbidden(`${address} ${why}`);
}

const forbidden = (reason: string): HttpFailure =>
  new HttpFailure('forbidden', `${reason}: nothing is sent there (WEFT_ROUTING_ADDRESSES)`);
