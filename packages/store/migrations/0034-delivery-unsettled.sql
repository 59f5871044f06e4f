-- What a destination was not given, or told as not applied, is looked for whenever something is decided anew.
create index delivery_unsettled on delivery (destination, journal_id)
  where outcome = 'withheld' or code in ('AE', 'AR');
