import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assaySchema } from '../../src/config/schemas/assay-schema.ts';
import { casesSchema } from '../../src/config/schemas/cases-schema.ts';
import { controlSchema } from '../../src/config/schemas/control-schema.ts';
import { ownControlsSchema } from '../../src/config/schemas/own-controls-schema.ts';
import { profileSchema } from '../../src/config/schemas/profile-schema.ts';

test.each([
  ['docs/schemas/assay.schema.json', assaySchema],
  ['docs/schemas/control.schema.json', controlSchema],
  ['docs/schemas/cases.schema.json', casesSchema],
  ['docs/schemas/profile.schema.json', profileSchema],
  ['docs/schemas/own-controls.schema.json', ownControlsSchema],
])('%s, for editors, is what files are checked against', (file, schema) => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
});
