import { type FactDefinition, type FactOf, requestKinds } from '../../model/index.ts';

export const requests = {
  name: 'data.requests',
  subject: 'data-store',
  schema: {
    type: 'map',
    description:
      'Whether the requests of people in declared tables were answered in time, counted in the server; a kind without a table is absent',
    keys: requestKinds,
    values: {
      type: 'object',
      description: 'The table of one kind of requests',
      properties: {
        table: { type: 'string', description: 'database.schema.table' },
        rows: { type: 'integer', description: 'Requests there are', presence: 'if-seen' },
        open: { type: 'integer', description: 'Of them those without an answer', presence: 'if-seen' },
        misdated: {
          type: 'integer',
          description:
            'Of them those whose dates cannot be: none of receipt, one to come, or an answer or a notice before it',
          presence: 'if-seen',
        },
        unsettled: {
          type: 'integer',
          description:
            'Of them those that are late unless public holidays, which the server does not know, moved the deadline',
          presence: 'if-seen',
        },
        late: {
          type: 'integer',
          description:
            'Requests answered after their deadline; absent where none is late or overdue and there are no rows, or misdated or unsettled ones',
          presence: 'if-seen',
        },
        overdue: {
          type: 'integer',
          description: 'Requests past their deadline without an answer; absent where late is',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Requests = FactOf<typeof requests.schema>;
