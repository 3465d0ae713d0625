-- What must hold whoever writes (design rules 3, 7 and 10), on PostgreSQL. guards_sqlite.sql says the same.

CREATE FUNCTION avstem_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;

DO $$
DECLARE guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['voucher', 'posting', 'allocation', 'decision', 'auditevent', 'bankfile', 'bankfilechunk'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON store_%s FOR EACH ROW EXECUTE FUNCTION avstem_refuse(%L)',
                   guarded || '_unchanged', guarded, guarded || '.immutable: what is posted is not changed or deleted');
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON store_%s EXECUTE FUNCTION avstem_refuse(%L)',
                   guarded || '_kept', guarded, guarded || '.immutable: what is posted is not deleted');
  END LOOP;
  FOREACH guarded IN ARRAY ARRAY['banktransaction', 'entry', 'openitem'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON store_%s FOR EACH ROW EXECUTE FUNCTION avstem_refuse(%L)',
                   guarded || '_kept', guarded, guarded || '.immutable: what the bank or a document said is not deleted');
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON store_%s EXECUTE FUNCTION avstem_refuse(%L)',
                   guarded || '_whole', guarded, guarded || '.immutable: what the bank or a document said is not deleted');
  END LOOP;
END $$;

CREATE TRIGGER transaction_money BEFORE UPDATE ON store_banktransaction FOR EACH ROW
WHEN ((NEW.amount_minor, NEW.currency, NEW.account_id, NEW.company_id, NEW.booking_date)
      IS DISTINCT FROM (OLD.amount_minor, OLD.currency, OLD.account_id, OLD.company_id, OLD.booking_date))
EXECUTE FUNCTION avstem_refuse('transaction.immutable: the bank''s money is not changed');
CREATE TRIGGER entry_money BEFORE UPDATE ON store_entry FOR EACH ROW
WHEN ((NEW.amount_minor, NEW.account_id, NEW.company_id, NEW.booking_date)
      IS DISTINCT FROM (OLD.amount_minor, OLD.account_id, OLD.company_id, OLD.booking_date))
EXECUTE FUNCTION avstem_refuse('entry.immutable: the bank''s money is not changed');
CREATE TRIGGER item_document BEFORE UPDATE ON store_openitem FOR EACH ROW
WHEN ((NEW.amount_minor, NEW.currency, NEW.kind, NEW.number, NEW.party_id, NEW.company_id, NEW.direction)
      IS DISTINCT FROM (OLD.amount_minor, OLD.currency, OLD.kind, OLD.number, OLD.party_id, OLD.company_id, OLD.direction))
EXECUTE FUNCTION avstem_refuse('item.immutable: a document is corrected by a credit note');

CREATE FUNCTION avstem_posting_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM store_voucher WHERE id = NEW.voucher_id) THEN
    RAISE EXCEPTION 'voucher.sealed: nothing is added to a posted voucher' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER posting_sealed BEFORE INSERT ON store_posting FOR EACH ROW EXECUTE FUNCTION avstem_posting_sealed();

CREATE FUNCTION avstem_voucher_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line record; lines int := 0; closed date; newest int;
BEGIN
  FOR line IN SELECT currency, sum(amount_minor) AS total, count(*) AS n, bool_and(company_id = NEW.company_id) AS ours
                FROM store_posting WHERE voucher_id = NEW.id GROUP BY currency LOOP
    lines := lines + line.n;
    IF line.total <> 0 THEN
      RAISE EXCEPTION 'voucher.unbalanced: debit and credit differ' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT line.ours THEN
      RAISE EXCEPTION 'company.mixed: a posting of another company' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  IF lines < 2 THEN
    RAISE EXCEPTION 'voucher.empty: a voucher has two postings at least' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT coalesce(max(number), 0) INTO newest FROM store_voucher
   WHERE company_id = NEW.company_id AND year = NEW.year AND series = NEW.series;
  IF NEW.number <> newest + 1 THEN
    RAISE EXCEPTION 'voucher.number: numbers run without gap' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.year <> extract(year FROM NEW.date) THEN
    RAISE EXCEPTION 'voucher.year: the number is of the year of its date' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT closed_to INTO closed FROM store_company WHERE id = NEW.company_id;
  IF NEW.date <= closed THEN
    RAISE EXCEPTION 'period.closed: the date is in a closed period' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER voucher_seal BEFORE INSERT ON store_voucher FOR EACH ROW EXECUTE FUNCTION avstem_voucher_seal();

CREATE FUNCTION avstem_allocation_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE store_openitem SET remaining_minor = remaining_minor - NEW.amount_minor
   WHERE id = NEW.item_id AND company_id = NEW.company_id
     AND remaining_minor - NEW.amount_minor BETWEEN 0 AND amount_minor;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'allocation.exceeds_remaining: more than the item has left' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER allocation_counts BEFORE INSERT ON store_allocation FOR EACH ROW EXECUTE FUNCTION avstem_allocation_counts();

-- The second wall between companies: a session sees the company it has named, or all if it says so.
-- (A superuser passes every wall; run the program as an ordinary role.)
DO $$
DECLARE walled text;
BEGIN
  FOR walled IN SELECT c.table_name FROM information_schema.columns c
                 WHERE c.table_schema = current_schema() AND c.column_name = 'company_id'
                   AND c.table_name LIKE 'store\_%' AND c.table_name <> 'store_membership' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
    EXECUTE format('CREATE POLICY company_wall ON %I USING (company_id = nullif(current_setting(''avstem.company'', true), '''')::bigint)', walled);
  END LOOP;
END $$;
