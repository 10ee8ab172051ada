import type { RequestKind } from '../model/index.ts';

/** How long after receipt a request may be answered; `extended`: where the person was told so before the first deadline. */
export interface Deadline {
  readonly unit: 'month' | 'day';
  readonly first: number;
  readonly extended: number;
}

/**
 * GDPR Art. 12(3), in months that end on the same date; a deadline on Saturday, Sunday or a public holiday moves to the next
 * working day (Regulation 1182/71 Art. 3(4)). 45 CFR 164.524(b)(2), 164.526(b)(2), 164.528(c)(1), in days.
 */
export const deadlines: Readonly<Record<RequestKind, Deadline>> = {
  gdpr: { unit: 'month', first: 1, extended: 3 },
  'hipaa-access': { unit: 'day', first: 30, extended: 60 },
  'hipaa-amendment': { unit: 'day', first: 60, extended: 90 },
  'hipaa-accounting': { unit: 'day', first: 60, extended: 90 },
};

/** Public holidays in a row, with the weekend beside them, that no calendar here knows. */
export const holidayDays = 7;
