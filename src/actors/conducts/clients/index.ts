/** What clients can be like. To add one: a file like its neighbours, a line here. */
import { accusesFalsely } from "./accuses-falsely.ts";
import type { ClientConduct } from "./conduct.ts";
import { deniesDelivery } from "./denies-delivery.ts";
import { honest } from "./honest.ts";
import { huntsIndex } from "./hunts-index.ts";
import { neverPays } from "./never-pays.ts";
import { paysLate } from "./pays-late.ts";
import { redirectsPayment } from "./redirects-payment.ts";

export const clientConducts = {
  honest,
  "never-pays": neverPays,
  "pays-late": paysLate,
  "accuses-falsely": accusesFalsely,
  "hunts-index": huntsIndex,
  "denies-delivery": deniesDelivery,
  "redirects-payment": redirectsPayment,
} as const satisfies Readonly<Record<string, ClientConduct>>;
