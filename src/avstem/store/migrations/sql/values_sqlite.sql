-- A voucher balances in the company's currency (ADR 47), on SQLite. values_postgresql.sql says the same.

CREATE TRIGGER voucher_seal BEFORE INSERT ON store_voucher
BEGIN
  SELECT RAISE(ABORT, 'voucher.empty: a voucher has two postings at least')
   WHERE (SELECT count(*) FROM store_posting WHERE voucher_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'voucher.unbalanced: debit and credit differ')
   WHERE (SELECT sum(value_minor) FROM store_posting WHERE voucher_id = NEW.id) <> 0
      OR EXISTS (SELECT 1 FROM store_posting WHERE voucher_id = NEW.id
                  GROUP BY currency HAVING sum(amount_minor) <> 0)
         AND (SELECT count(DISTINCT currency) FROM store_posting WHERE voucher_id = NEW.id) = 1;
  SELECT RAISE(ABORT, 'posting.value: the value in the company''s currency is not known, or not right')
   WHERE EXISTS (SELECT 1 FROM store_posting p JOIN store_company c ON c.id = NEW.company_id
                  WHERE p.voucher_id = NEW.id
                    AND (p.value_minor IS NULL AND NEW.reverses_id IS NULL
                         OR p.currency = c.currency AND p.value_minor IS NOT p.amount_minor
                         OR p.value_minor <> 0 AND (p.value_minor > 0) <> (p.amount_minor > 0)));
  SELECT RAISE(ABORT, 'company.mixed: a posting of another company')
   WHERE EXISTS (SELECT 1 FROM store_posting WHERE voucher_id = NEW.id AND company_id <> NEW.company_id);
  SELECT RAISE(ABORT, 'voucher.number: numbers run without gap')
   WHERE NEW.number <> 1 + coalesce((SELECT max(number) FROM store_voucher
     WHERE company_id = NEW.company_id AND year = NEW.year AND series = NEW.series), 0);
  SELECT RAISE(ABORT, 'voucher.year: the number is of the year of its date')
   WHERE NEW.year <> CAST(strftime('%Y', NEW.date) AS INTEGER);
  SELECT RAISE(ABORT, 'period.closed: the date is in a closed period')
   WHERE NEW.date <= (SELECT closed_to FROM store_company WHERE id = NEW.company_id);
END;

CREATE TRIGGER item_value BEFORE UPDATE OF value_minor ON store_openitem
WHEN OLD.value_minor IS NOT NULL AND NEW.value_minor IS NOT OLD.value_minor
BEGIN SELECT RAISE(ABORT, 'item.immutable: what a document was booked at is not changed'); END;
