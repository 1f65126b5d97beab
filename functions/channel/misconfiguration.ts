/** What of the app, its keys or its rights is set up wrongly. No sale of the merchant succeeds until a person has mended it. */
export type Misconfiguration =
  | 'app_unknown'
  | 'key_not_uploaded'
  | 'signature_wrong'
  | 'certificate_missing'
  | 'certificate_unknown'
  | 'certificate_ended'
  | 'encryption_wanted'
  | 'clock_wrong'
  | 'right_missing'
  | 'authorisation_missing'
  | 'product_missing';
