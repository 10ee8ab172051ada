import { groups } from '../../tls/facts/groups.ts';
import { type GroupsSeen, groupsValue, missingGroups, probeGroups } from '../../tls/groups-inquiry.ts';
import { groupsSource } from '../../tls/registries/groups.ts';
import { inquiryCollector } from './inquiry-fact.ts';

const { source, date } = groupsSource;
const basis = `Every group of ${source} (${date}) offered in TLS 1.3 and in every earlier version with ECDHE, then again without those picked, until the server refused`;

/** Collects `tls.groups`. */
export const groupsCollector = inquiryCollector<GroupsSeen>({
  fact: groups,
  what: 'the groups',
  probe: probeGroups,
  value: groupsValue,
  lists: [
    {
      list: '/accepted',
      basis,
      returned: (seen) => groupsValue(seen).accepted.length,
      missing: missingGroups,
    },
    { list: '/orders', basis, returned: (seen) => groupsValue(seen).orders.length, missing: missingGroups },
  ],
});
