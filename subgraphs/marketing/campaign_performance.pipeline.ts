import { decimal, pipeline } from 'weft';
import type { CampaignContactsInput, CampaignPerformanceRow } from './rows.gen.ts';

/** Counted from our own output port, so that contacts that were refused there are not counted here either. */
export default pipeline<{ campaign_contacts: CampaignContactsInput }, CampaignPerformanceRow>(async function* (inputs) {
  const rows = new Map<string, CampaignPerformanceRow>();
  for await (const { job, month, subscribed } of inputs.campaign_contacts) {
    const soFar = rows.get(`${job} ${month}`);
    const contacts = (soFar?.contacts ?? 0) + 1;
    const subscriptions = (soFar?.subscriptions ?? 0) + (subscribed ? 1 : 0);
    const conversion_rate = decimal.divide(String(subscriptions), String(contacts), 4);
    rows.set(`${job} ${month}`, { job, month, contacts, subscriptions, conversion_rate });
  }
  yield* rows.values();
});
