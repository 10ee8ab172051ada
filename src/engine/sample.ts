import type { FactSchema, Json } from '../model/index.ts';

/**
 * A value of a schema, with one member in every list.
 *
 * @param extent `everything`: also optional fields, and every key of a map; `least`: only what must be there, and the
 * last key of a map
 */
export function sampleOf(schema: FactSchema, extent: 'everything' | 'least'): Json {
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? '2026-11-01T00:00:00.000Z' : (schema.enum?.[0] ?? 'some text');
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [sampleOf(schema.items, extent)];
    case 'map': {
      const keys = extent === 'everything' ? schema.keys : schema.keys.slice(-1);
      return Object.fromEntries(keys.map((key) => [key, sampleOf(schema.values, extent)]));
    }
    case 'object': {
      const properties = Object.entries(schema.properties).filter(
        ([, { presence = 'required' }]) => extent === 'everything' || presence === 'required',
      );
      return Object.fromEntries(properties.map(([key, child]) => [key, sampleOf(child, extent)]));
    }
  }
}
