/** Where a domain may send the gateway: the policy of routing URLs, however an address is spelled. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RoutingUrlPolicy, routingUrlIssues } from '../gateway/registry/routing-url.ts';
import { addressPolicy, ownAddresses, publicAddresses, refusedAddress } from '../gateway/transport/address-ranges.ts';

const strict: RoutingUrlPolicy = { addresses: publicAddresses };
const open: RoutingUrlPolicy = { addresses: ownAddresses };
const allowing = (kinds: string): RoutingUrlPolicy => ({ addresses: addressPolicy(kinds) });
const codesOf = (url: string, policy = strict) => routingUrlIssues(url, policy).map(({ code }) => code);

type Bytes = readonly [number, number, number, number];
const byte = fc.nat(255);
const inRange = (...start: number[]) =>
  fc
    .tuple(byte, byte, byte, byte)
    .map((bytes): Bytes => bytes.map((each, at) => start[at] ?? each) as unknown as Bytes);

/** Not asked by whoever allows loopback and private networks. */
const alwaysForbidden = fc.oneof(
  inRange(169, 254),
  inRange(0).filter(([, b, c, d]) => b + c > 0 || d > 1),
  fc.integer({ min: 224, max: 239 }).chain((first) => inRange(first)),
  fc.constant<Bytes>([255, 255, 255, 255]),
  inRange(192, 0, 0),
  fc.constant<Bytes>([168, 63, 129, 16]),
  fc.constant<Bytes>([100, 100, 100, 200]),
);
const loopback = fc.oneof(inRange(127), fc.constant<Bytes>([0, 0, 0, 0]));
const privateAddress = fc.oneof(
  inRange(10),
  fc.integer({ min: 16, max: 31 }).chain((second) => inRange(172, second)),
  inRange(192, 168),
  inRange(100, 64),
  // Addresses that Istio, Consul and clouds give out by themselves.
  fc.integer({ min: 240, max: 254 }).chain((first) => inRange(first)),
);

/** One number in any base that the URL parser knows. */
const spelledNumber = (value: number) =>
  fc.constantFrom(
    String(value),
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase()}`,
    `0${value.toString(8)}`,
    `0x000${value.toString(16)}`,
  );

const fullwidth = (text: string): string =>
  [...text].map((each) => (/[0-9]/.test(each) ? String.fromCodePoint(each.charCodeAt(0) + 0xfee0) : each)).join('');
const percent = (text: string): string => [...Buffer.from(text)].map((each) => `%${hexByte(each)}`).join('');
const hexByte = (each: number): string => each.toString(16).padStart(2, '0');

/** `127.0.0.1`, `0x7f.1`, `2130706433`, `0177.0.1`, `１２７.0.0.1`, `%31%32%37.0.0.1`, `127。0。0。1`, `127.0.0.1.` */
function spelledIPv4([a, b, c, d]: Bytes) {
  const parts = fc.constantFrom(
    [a, b, c, d],
    [a, b, c * 256 + d],
    [a, (b * 256 + c) * 256 + d],
    [((a * 256 + b) * 256 + c) * 256 + d],
  );
  const dotted = parts.chain((numbers) =>
    fc
      .tuple(...numbers.map(spelledNumber))
      .chain((spelled) =>
        fc.constantFrom(spelled.join('.'), `${spelled.join('.')}.`, spelled.join('。'), spelled.join('．')),
      ),
  );
  return fc
    .tuple(
      dotted,
      fc.constantFrom((text: string) => text, fullwidth, percent),
    )
    .map(([text, as]) => as(text));
}

const hex = (high: number, low: number): string => (high * 256 + low).toString(16);

/** The IPv4 address within an IPv6 one: mapped, compatible, translated, NAT64; compressed or not, in either case. */
function spelledWithinIPv6(bytes: Bytes) {
  const [a, b, c, d] = bytes;
  return fc
    .tuple(
      fc.constantFrom(
        '::ffff:',
        '0:0:0:0:0:ffff:',
        '0000:0000:0000:0000:0000:FFFF:',
        '::ffff:0:',
        '64:ff9b::',
        '64:ff9b:1::',
        '::',
      ),
      fc.constantFrom(bytes.join('.'), `${hex(a, b)}:${hex(c, d)}`),
      fc.boolean(),
    )
    .map(([prefix, address, upper]) => (upper ? `${prefix}${address}`.toUpperCase() : `${prefix}${address}`));
}

const urlOf = (host: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('http://', 'https://', 'HTTP://'), host, fc.constantFrom('', '/graphql', ':8080/', '/?a=1'))
    .map((parts) => parts.join(''));
const anySpelling = (address: fc.Arbitrary<Bytes>) =>
  urlOf(
    address.chain((bytes) =>
      fc.oneof(
        spelledIPv4(bytes),
        spelledWithinIPv6(bytes).map((ip) => `[${ip}]`),
      ),
    ),
  );

describe('an IPv4 address that must not be asked is refused in every spelling', () => {
  test.each([
    ['metadata, link-local, multicast, broadcast: also with loopback and private', alwaysForbidden, open],
    ['loopback: unless configured', loopback, allowing('private')],
    ['private networks: unless configured', privateAddress, allowing('loopback')],
  ])('%s', (_, address, policy) => {
    fc.assert(
      fc.property(anySpelling(address), (url) => {
        expect(codesOf(url, policy)).toContain('ROUTING_URL_REFUSED');
      }),
      { numRuns: 1000 },
    );
  });

  test('and asked in every spelling where it is configured', () => {
    fc.assert(
      fc.property(
        anySpelling(fc.oneof(loopback, privateAddress)),
        (url) => void expect(codesOf(url, open)).toEqual([]),
      ),
    );
  });
});

const group = fc.nat(0xffff).map((each) => each.toString(16));
const ipv6In = (first: fc.Arbitrary<string>) =>
  fc.tuple(first, fc.array(group, { minLength: 7, maxLength: 7 })).map(([head, rest]) => [head, ...rest].join(':'));
const hexBetween = (min: number, max: number) => fc.integer({ min, max }).map((each) => each.toString(16));

describe('an IPv6 address that must not be asked is refused', () => {
  test.each([
    ['link-local', ipv6In(hexBetween(0xfe80, 0xfebf)), open],
    ['multicast', ipv6In(hexBetween(0xff00, 0xffff)), open],
    ['6to4, which hides an IPv4 address', ipv6In(fc.constant('2002')), open],
    ['unique local: unless configured', ipv6In(hexBetween(0xfc00, 0xfdff)), allowing('loopback')],
  ])('%s', (_, address, policy) => {
    fc.assert(
      fc.property(address, (ip) => {
        expect(codesOf(`http://[${ip}]:4000/graphql`, policy)).toContain('ROUTING_URL_REFUSED');
        expect(refusedAddress(ip, policy.addresses)).toBeDefined();
      }),
    );
  });

  test.each([
    'fd00:ec2::254',
    'fd00:0ec2:0::0254',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    'fd00:100::100:200',
    'fe80::a9fe:a9fe',
  ])('%s, where clouds serve metadata, unless that is configured', (ip) => {
    expect(codesOf(`http://[${ip}]/`, allowing('loopback,private,link-local'))).toEqual(['ROUTING_URL_REFUSED']);
    expect(codesOf(`http://[${ip}]/`, allowing('metadata'))).toEqual([]);
  });

  test('of local NAT64, unless it is known which address it stands for', () => {
    expect(codesOf('http://[64:ff9b:1::5db8:d822]/')).toEqual([]);
    expect(codesOf('http://[64:ff9b:1:7f00:0:100:5db8:d822]/', open)).toEqual(['ROUTING_URL_REFUSED']);
  });

  test.each(['::', '0:0:0:0:0:0:0:0', '::1', '0:0:0:0:0:0:0:1', '::0001'])(
    '%s, unless loopback is configured',
    (ip) => {
      expect(codesOf(`http://[${ip}]/`)).toEqual(['ROUTING_URL_REFUSED']);
      expect(codesOf(`http://[${ip}]/`, open)).toEqual([]);
    },
  );
});

test('public addresses and ordinary names are accepted', () => {
  const isPublic = ([a, b]: Bytes): boolean =>
    ![0, 10, 100, 127, 168, 169, 172, 192, 198].includes(a) && a < 224 && b >= 0;
  const publicIPv4 = fc.tuple(byte, byte, byte, byte).filter(isPublic);
  const publicIPv6 = ipv6In(hexBetween(0x2400, 0x2fff));
  const label = fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/).filter((each) => !/localhost|metadata/.test(each));
  const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
  const host = fc.oneof(
    publicIPv4.map((bytes) => bytes.join('.')),
    publicIPv6.map((ip) => `[${ip}]`),
    name,
    fc.constantFrom('orders', 'EXAMPLE.com', 'münchen.example', 'orders.svc.cluster.local', 'example.com.'),
  );
  fc.assert(
    fc.property(urlOf(host), (url) => void expect(routingUrlIssues(url, strict)).toEqual([])),
    { numRuns: 500 },
  );
});

test.each([
  'file:///etc/passwd',
  'gopher://127.0.0.1:70/',
  'unix:/var/run/docker.sock',
  '::: not a url',
  '',
  '//example.com/graphql',
  'http:example.com',
  'http:///example.com',
  'http://ok@evil.example/',
  'http://user:pass@example.com/',
  'http://@evil.example/',
  'http://:@evil.example/',
  'https://example.com/#/',
  'https://example.com/#',
  'http://example.com\\@evil.example/',
  'http://exa\tmple.com/',
  'http://example.com/\n',
  ' http://example.com/',
  'http://exam\u00adple.com/',
  'http://exam\u200bple.com/',
  'http://[fe80::1%25eth0]/',
  'http://[fe80::1%eth0]/',
  'http://1.2.3.4.5/',
  'http://256.1.1.1/',
  'http://example.com:99999/',
  `http://example.com/${'a'.repeat(2048)}`,
])('%j is no routing URL, whatever is allowed', (url) => {
  expect(routingUrlIssues(url, open)).toMatchObject([{ code: 'ROUTING_URL_INVALID', severity: 'error' }]);
});

test('a password is not repeated in the message', () => {
  expect(JSON.stringify(routingUrlIssues('http://user:s3cret@example.com/', open))).not.toContain('s3cret');
});

test.each(['metadata.google.internal', 'METADATA.google.internal.', 'metadata', 'instance-data.ec2.internal'])(
  'the name %s is refused always',
  (host) => void expect(codesOf(`http://${host}/computeMetadata/v1/`, open)).toEqual(['ROUTING_URL_REFUSED']),
);

test.each([
  'localhost',
  'LOCALHOST.',
  'orders.localhost',
  'ｌｏｃａｌｈｏｓｔ',
  'localhost.localdomain',
  'ip6-loopback',
])('the name %s is this host: only where loopback is allowed', (host) => {
  expect(codesOf(`http://${host}:4001/graphql`)).toEqual(['ROUTING_URL_REFUSED']);
  expect(codesOf(`http://${host}:4001/graphql`, open)).toEqual([]);
});

test('schemes, hosts and ports are those of the policy', () => {
  const policy: RoutingUrlPolicy = {
    ...strict,
    schemes: ['https'],
    hosts: ['*.Mesh.example', 'api.example.com'],
    ports: [443, 8443],
  };
  expect(codesOf('https://orders.mesh.example/graphql', policy)).toEqual([]);
  expect(codesOf('https://a.b.mesh.example.:8443/graphql', policy)).toEqual([]);
  expect(codesOf('https://API.example.com/graphql', policy)).toEqual([]);
  for (const host of ['mesh.example', 'evilmesh.example', 'mesh.example.evil.example', 'sub.api.example.com']) {
    expect(routingUrlIssues(`https://${host}/`, policy)).toMatchObject([
      { help: expect.stringContaining('*.Mesh.example') },
    ]);
  }
  expect(codesOf('https://orders.mesh.example:444/', policy)).toEqual(['ROUTING_URL_REFUSED']);
  // Everything that is wrong at once.
  expect(codesOf('http://10.0.0.1:22/', policy)).toEqual(Array(4).fill('ROUTING_URL_REFUSED'));
});

test('ports of other protocols are refused unless they are named', () => {
  expect(codesOf('http://example.com:22/')).toEqual(['ROUTING_URL_REFUSED']);
  expect(codesOf('http://example.com:0/')).toEqual(['ROUTING_URL_REFUSED']);
  expect(codesOf('http://example.com:81/', { ...strict, ports: [81] })).toEqual([]);
});

test('where clouds serve metadata is asked only where that is configured', () => {
  const metadata = allowing('metadata');
  for (const host of ['169.254.169.254', '169.254.170.2', '[fd00:ec2::254]', 'metadata.google.internal']) {
    expect(codesOf(`http://${host}/`, metadata)).toEqual([]);
  }
  expect(codesOf('http://127.0.0.1:4001/', metadata)).toEqual(['ROUTING_URL_REFUSED']);
  expect(codesOf('http://10.0.0.1/', metadata)).toEqual(['ROUTING_URL_REFUSED']);
});

test('link-local addresses are asked only where that is configured, and that opens no metadata', () => {
  for (const host of ['169.254.1.2', '[fe80::1]']) {
    expect(codesOf(`http://${host}:4001/`, allowing('loopback,private,metadata'))).toEqual(['ROUTING_URL_REFUSED']);
    expect(codesOf(`http://${host}:4001/`, allowing('link-local'))).toEqual([]);
  }
  for (const host of ['169.254.169.254', '169.254.170.2', '169.254.170.23', '169.254.0.23', '169.254.130.2']) {
    expect(codesOf(`http://${host}/`, allowing('link-local'))).toEqual(['ROUTING_URL_REFUSED']);
  }
});

test('what a name has become is judged when a connection is made', () => {
  for (const ip of [
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    'fe80::1%eth0',
    '169.254.169.254',
    'no address',
    '',
  ]) {
    expect([ip, refusedAddress(ip, publicAddresses)]).toEqual([
      ip,
      expect.objectContaining({ why: expect.any(String) }),
    ]);
  }
  for (const ip of ['127.0.0.1', '::ffff:10.0.0.1', 'fd12::1'])
    expect(refusedAddress(ip, ownAddresses)).toBeUndefined();
  for (const ip of ['93.184.216.34', '2606:4700::1111']) expect(refusedAddress(ip, publicAddresses)).toBeUndefined();
  expect(refusedAddress('::ffff:169.254.169.254', ownAddresses)).toBeDefined();
});
