import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assaySchema } from '../../src/config/schemas/assay-schema.ts';
import { controlSchema } from '../../src/config/schemas/control-schema.ts';

test.each([
  ['docs/schemas/assay.schema.json', assaySchema],
  ['docs/schemas/control.schema.json', controlSchema],
])('%s, for editors, is what files are checked against', (file, schema) => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
});
