import type { FactDefinition, FactOf } from '../../model/index.ts';

export const decisions = {
  name: 'postgres.decisions',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description:
      'What the client authentication rules decide for every role that may log in, every database that admits connections and physical replication, by channel and address',
    properties: {
      databases: {
        type: 'array',
        description: 'Every database that admits connections',
        items: { type: 'string', description: 'Database name' },
      },
      replicators: {
        type: 'array',
        description:
          'Who may ask for physical replication, a copy of the whole server, from an address that is not the server host’s own',
        itemKey: ['role', 'method'],
        items: {
          type: 'object',
          description: 'One role and one method',
          properties: {
            role: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
            method: { type: 'string', description: 'Authentication method' },
            permitted: { type: 'boolean', description: 'It has the attribute REPLICATION or SUPERUSER' },
            unencrypted: {
              type: 'boolean',
              description: 'Some rule lets it do so with neither TLS nor GSSAPI encryption',
            },
            rules: {
              type: 'array',
              description: 'The rules of that method',
              items: { type: 'string', description: 'The rule in one line', dataClass: 'account-identifier' },
            },
          },
        },
      },
      groups: {
        type: 'array',
        description: 'Roles for which the rules decide alike; each role is in one group',
        itemKey: ['group'],
        items: {
          type: 'object',
          description: 'One group',
          properties: {
            group: {
              type: 'string',
              description: 'Its first role, and how many more',
              dataClass: 'account-identifier',
            },
            roles: {
              type: 'array',
              description: 'The roles',
              items: { type: 'string', description: 'Role name', dataClass: 'account-identifier' },
            },
            ways: {
              type: 'array',
              description: 'Every attempt that these roles can make is in one of these',
              itemKey: ['way'],
              items: {
                type: 'object',
                description: 'Attempts that the same rule decides',
                properties: {
                  way: {
                    type: 'string',
                    description: 'Channels, origin and rule; a repeated one is numbered',
                    dataClass: 'account-identifier',
                  },
                  channels: {
                    type: 'array',
                    description: 'How the server is reached',
                    items: {
                      type: 'string',
                      enum: ['socket', 'plaintext', 'tls', 'gss'],
                      description: 'The socket, or TCP as it is, with TLS, or with GSSAPI encryption',
                    },
                  },
                  from: {
                    type: 'string',
                    enum: ['socket', 'loopback', 'own', 'elsewhere'],
                    description:
                      'Where a client’s address is: of the loopback networks, another one of the server host’s own (told apart only where a rule does), or none of them',
                  },
                  addresses: {
                    type: 'array',
                    description: 'Networks, or first and last address; empty for the socket',
                    items: { type: 'string', description: 'Network or range' },
                  },
                  databases: {
                    type: 'array',
                    description: 'Databases',
                    items: { type: 'string', description: 'Database name' },
                  },
                  ownDatabase: {
                    type: 'boolean',
                    description: 'Also the database that is named as the role',
                  },
                  otherDatabases: {
                    type: 'boolean',
                    description: 'Also every database that no way of the group names',
                  },
                  replication: { type: 'boolean', description: 'Also physical replication' },
                  methods: {
                    type: 'array',
                    description:
                      'Method of the rule that decides, reject, or no-rule, which is a refusal too. Several: only the server can tell which rule it is, for addresses or names that it alone can resolve',
                    items: { type: 'string', description: 'Method' },
                  },
                  rules: {
                    type: 'array',
                    description: 'The rules of these methods',
                    items: {
                      type: 'string',
                      description: 'The rule in one line',
                      dataClass: 'account-identifier',
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Decisions = FactOf<typeof decisions.schema>;
