import { testCanaries } from '../postgres/canaries.ts';

testCanaries({ ldap: false });
