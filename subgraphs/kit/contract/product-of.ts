/** A data product as it is written, in any version of ODPS → the one model. */

import type { DataProduct, Port, ProductType, SourceText } from './model.ts';
import type { ProductDocument } from './odps.ts';
import { customPropertiesOf, present, supportOf, teamOf } from './reading.ts';
import type { TextDocument } from './text.ts';
import type { Path } from './text-value.ts';

export function productOf(document: ProductDocument, text: TextDocument, source: SourceText): DataProduct {
  const customProperties = customPropertiesOf(document.customProperties);
  const { name, version, domain } = document;
  return {
    apiVersion: document.apiVersion,
    id: document.id,
    status: document.status ?? 'active',
    ...present({
      name,
      version,
      domain,
      team: teamOf(document.team),
      type: typeOf(document.type ?? customProperties.find(({ property }) => property === 'type')?.value),
    }),
    description: present({
      purpose: document.description?.purpose,
      usage: document.description?.usage,
      limitations: document.description?.limitations,
    }),
    tags: document.tags ?? [],
    inputPorts: (document.inputPorts ?? []).map((port, index) => portOf(port, ['inputPorts', index], text)),
    outputPorts: (document.outputPorts ?? []).map((port, index) => portOf(port, ['outputPorts', index], text)),
    managementPorts: (document.managementPorts ?? []).map((port, index) => ({
      ...portOf(port, ['managementPorts', index], text),
      content: port.content,
      ...present({ url: port.url }),
    })),
    support: supportOf(document.support),
    customProperties,
    place: text.placeOf([]),
    source,
  };
}

interface WrittenPort {
  readonly name: string;
  readonly version?: string | undefined;
  readonly contractId?: string | undefined;
  readonly description?: string | undefined;
  readonly type?: string | undefined;
  readonly customProperties?: Parameters<typeof customPropertiesOf>[0];
}

function portOf(port: WrittenPort, path: Path, text: TextDocument): Port {
  const { version, contractId, description, type } = port;
  return {
    name: port.name,
    ...present({ version, contractId, description, type }),
    customProperties: customPropertiesOf(port.customProperties),
    place: text.placeOf(path),
  };
}

/** 1.1 lets organisations define types of their own; the mesh tells these three apart. */
function typeOf(value: unknown): ProductType | undefined {
  return value === 'sourceAligned' || value === 'aggregate' || value === 'consumerAligned' ? value : undefined;
}
