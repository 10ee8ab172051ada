import { date, text } from './common.ts';

const register = {
  type: 'object',
  additionalProperties: false,
  required: ['file', 'date'],
  properties: {
    file: { ...text, description: 'CSV file (RFC 4180, UTF-8), relative to this file.' },
    date: { ...date, description: 'Day as of which the list is said to be right.' },
  },
} as const;

export const registers = {
  type: 'object',
  additionalProperties: false,
  description: 'Lists that the organisation keeps of what it has, against which what is seen is tested.',
  properties: {
    systems: { ...register, description: 'Columns system (id or URL of a target) and owner.' },
    certificates: { ...register, description: 'Columns sha256 and subject.' },
    accounts: { ...register, description: 'Columns system, account, privileged (yes or no) and person.' },
    cryptography: {
      ...register,
      description:
        'Columns system, kind (version, suite or group) and name (TLSv1.3, TLS_AES_128_GCM_SHA256, x25519).',
    },
    roles: {
      ...register,
      description: 'Columns system, account (the member), role and admin (yes or no): memberships of roles.',
    },
    duties: {
      ...register,
      description:
        'Columns system, role, other-system and other-role: pairs of roles that nobody may hold together.',
    },
    reviews: {
      ...register,
      description: 'Columns system, account, date, reviewer and decision (keep or remove).',
    },
    approvals: {
      ...register,
      description:
        'Columns system, account, role (a role, or SUPERUSER, CREATEROLE, REPLICATION, BYPASSRLS; empty: to log in), approver, date and ticket: access that was approved before it was given.',
    },
    windows: {
      ...register,
      description:
        'Columns system, account, from, to (2026-11-20T08:00Z), approved-by and ticket: when accounts of vendors and for emergencies may be used.',
    },
  },
} as const;
