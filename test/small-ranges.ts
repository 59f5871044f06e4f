/** Makes the ranges of an empty journal so small that a test fills them: of ten entries each. */
export const SMALL_RANGES = `
  create or replace function journal_partition_entries() returns bigint language sql immutable as 'select 10::bigint';
  do $$ declare name text; begin
    for name in select table_name from journal_partition loop execute format('drop table %I', name); end loop;
  end $$;
  delete from journal_partition;
  select open_journal_partitions(1);`;
