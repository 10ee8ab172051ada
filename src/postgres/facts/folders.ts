import type { FactDefinition, FactOf } from '../../model/index.ts';

export const folderNames = ['log', 'wal'] as const;

export const folders = {
  name: 'postgres.folders',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Folders that the server fills while it runs: that of the write-ahead log (wal), and that of its log where its ' +
      'logging collector runs; without hidden files and subfolders',
    itemKey: ['folder'],
    items: {
      type: 'object',
      description: 'One folder',
      properties: {
        folder: { type: 'string', description: 'Which', enum: folderNames },
        files: { type: 'integer', description: 'Files in it' },
        bytes: { type: 'integer', description: 'Their sizes together' },
        oldestSeconds: {
          type: 'integer',
          description:
            'Seconds since the last write to the file that was left alone for longest, by the server’s clock; absent: no file',
          presence: 'optional',
        },
        newestSeconds: {
          type: 'integer',
          description: 'Seconds since any of them was last written to; absent: no file',
          presence: 'optional',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Folders = FactOf<typeof folders.schema>;
