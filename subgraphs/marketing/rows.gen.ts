// Generated from the contracts in this folder by `weft generate`. Do not edit.

/** A row of `campaign_contacts`, contract marketing.campaign_contacts 1.0.0. */
export interface CampaignContactRow {
  contact_id: number;
  age: number;
  job: string;
  marital: "divorced" | "married" | "single" | "DIVORCED" | "MARRIED" | "SINGLE";
  education: "primary" | "secondary" | "tertiary" | "unknown" | "PRIMARY" | "SECONDARY" | "TERTIARY" | "UNKNOWN";
  in_default: boolean;
  balance: number;
  housing_loan: boolean;
  personal_loan: boolean;
  channel: "cellular" | "telephone" | "unknown" | "CELLULAR" | "TELEPHONE" | "UNKNOWN";
  month: number;
  day: number;
  duration: number;
  calls: number;
  days_since_previous?: number | null;
  previous_calls: number;
  previous_outcome: "failure" | "other" | "success" | "unknown" | "FAILURE" | "OTHER" | "SUCCESS" | "UNKNOWN";
  subscribed: boolean;
}

/** A row of `campaign_performance`, contract marketing.campaign_performance 1.0.0. */
export interface CampaignPerformanceRow {
  job: string;
  month: number;
  contacts: number;
  subscriptions: number;
  conversion_rate: string;
}

/** What input port `campaign_contacts` yields: the nodes of campaign_contacts.input.graphql. */
export interface CampaignContactsInput {
  job: string;
  month: number;
  subscribed: boolean;
}
