-- All records that have something of a document: a version may name another patient than the one before, and what takes a
-- document back may name none. Neither column changes when a fact is said again.
create index fact_document_key on fact (fact_key) where kind = 'document';
