import type { Block } from '../block.ts';
import type { ReportInput } from '../report-input.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { grouped } from '../words.ts';

/** Every value that a configuration gave in place of a default. */
export function* parametersSection(_input: ReportInput, { changedParams }: Tally): Iterable<Block> {
  yield {
    kind: 'table',
    caption: 'A changed parameter can make a test looser or stricter',
    columns: [
      { title: 'Test', share: 36, style: 'code' },
      { title: 'Parameter', share: 16, style: 'code' },
      { title: 'Value used', share: 24, style: 'code' },
      { title: 'Given by', share: 12 },
      { title: 'Findings', share: 12, style: 'number' },
    ],
    rows: changedParams.map(({ control, param, value, origin, subjects }) => [
      control,
      param,
      shown(JSON.stringify(value), 200),
      origin,
      grouped(subjects),
    ]),
  };
}
