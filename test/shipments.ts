/** A small domain for tests: its contract, and a CSV file of rows. */
export interface Shipment {
  readonly shipment_id: string;
  readonly shipped_on: string;
  readonly weight: string;
  readonly carrier: string;
}

export const shipmentsContract = `apiVersion: v3.1.0
kind: DataContract
id: logistics.shipments
name: Shipments
version: 1.0.0
status: active
domain: logistics
description: { purpose: What was sent and when. }
schema:
  - name: shipments
    description: A parcel on its way.
    dataGranularityDescription: One row per parcel.
    properties:
      - { name: shipment_id, logicalType: string, primaryKey: true, required: true, unique: true, classification: internal, description: Number on the label. }
      - { name: shipped_on, logicalType: date, required: true, classification: internal, description: Day on which it left. }
      - { name: weight, logicalType: number, physicalType: 'decimal(8,3)', required: true, classification: internal, description: Weight of the parcel., customProperties: [{ property: unit, value: kg }] }
      - { name: carrier, logicalType: string, classification: internal, description: Who carries it. }
`;

/** @param invalid how many of them, at the end, break the contract */
export function shipments(count: number, invalid = 0): Shipment[] {
  return Array.from({ length: count }, (_, at) => ({
    shipment_id: `S${at + 1}`,
    shipped_on: at < count - invalid ? `2024-${String((at % 12) + 1).padStart(2, '0')}-01` : 'yesterday',
    weight: ((at % 40) / 8 + 0.125).toFixed(3),
    carrier: ['DHL', 'UPS', 'GLS'][at % 3] ?? '',
  }));
}

export function shipmentsCsv(rows: readonly Shipment[]): string {
  const lines = rows.map((row) => [row.shipment_id, row.shipped_on, row.weight, row.carrier].join(','));
  return `shipment_id,shipped_on,weight,carrier\n${lines.join('\n')}\n`;
}
