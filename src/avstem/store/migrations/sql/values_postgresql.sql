-- A voucher balances in the company's currency (ADR 47), on PostgreSQL. values_sqlite.sql says the same.

CREATE OR REPLACE FUNCTION avstem_voucher_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line record; lines int := 0; currencies int := 0; worth numeric := 0; differs boolean := false;
  own text; closed date; newest int;
BEGIN
  SELECT closed_to, currency INTO closed, own FROM store_company WHERE id = NEW.company_id;
  FOR line IN SELECT currency, sum(amount_minor) AS total, count(*) AS n, bool_and(company_id = NEW.company_id) AS ours,
                     sum(value_minor) AS worth, bool_or(value_minor IS NULL) AS unknown,
                     bool_and(value_minor IS NOT DISTINCT FROM amount_minor) AS same,
                     bool_or(value_minor <> 0 AND (value_minor > 0) <> (amount_minor > 0)) AS turned
                FROM store_posting WHERE voucher_id = NEW.id GROUP BY currency LOOP
    lines := lines + line.n;
    currencies := currencies + 1;
    worth := worth + coalesce(line.worth, 0);
    differs := differs OR line.total <> 0;
    IF line.unknown AND NEW.reverses_id IS NULL OR line.currency = own AND NOT line.same OR line.turned THEN
      RAISE EXCEPTION 'posting.value: the value in the company''s currency is not known, or not right'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT line.ours THEN
      RAISE EXCEPTION 'company.mixed: a posting of another company' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  IF worth <> 0 OR differs AND currencies = 1 THEN
    RAISE EXCEPTION 'voucher.unbalanced: debit and credit differ' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
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
  IF NEW.date <= closed THEN
    RAISE EXCEPTION 'period.closed: the date is in a closed period' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_value BEFORE UPDATE ON store_openitem FOR EACH ROW
WHEN (OLD.value_minor IS NOT NULL AND NEW.value_minor IS DISTINCT FROM OLD.value_minor)
EXECUTE FUNCTION avstem_refuse('item.immutable: what a document was booked at is not changed');
