import { pipeline } from 'weft';
import type { CampaignContactRow } from './rows.gen.ts';

/** Columns that keep their name and their values, and those that are read differently. */
type Contact = Pick<CampaignContactRow, 'job' | 'marital' | 'education'> &
  Record<'age' | 'default' | 'balance' | 'housing' | 'loan' | 'month' | 'day' | 'duration' | 'campaign', string> &
  Record<'pdays' | 'previous' | 'y', string> & {
    contact: CampaignContactRow['channel'];
    poutcome: CampaignContactRow['previous_outcome'];
  };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The bank's list has no key; it writes `yes` and `no`, names of months, and -1 where nobody was called before. */
export default pipeline<{ bank: Contact }, CampaignContactRow>(async function* ({ bank }) {
  let contact_id = 0;
  for await (const contact of bank) {
    yield {
      contact_id: ++contact_id,
      age: Number(contact.age),
      job: contact.job,
      marital: contact.marital,
      education: contact.education,
      in_default: contact.default === 'yes',
      balance: Number(contact.balance),
      housing_loan: contact.housing === 'yes',
      personal_loan: contact.loan === 'yes',
      channel: contact.contact,
      month: months.indexOf(contact.month) + 1,
      day: Number(contact.day),
      duration: Number(contact.duration),
      calls: Number(contact.campaign),
      days_since_previous: contact.pdays === '-1' ? null : Number(contact.pdays),
      previous_calls: Number(contact.previous),
      previous_outcome: contact.poutcome,
      subscribed: contact.y === 'yes',
    };
  }
});
