-- What must hold whoever writes (design rules 3 and 10), on SQLite. guards_postgresql.sql says the same.

CREATE TRIGGER voucher_unchanged BEFORE UPDATE ON store_voucher
BEGIN SELECT RAISE(ABORT, 'voucher.immutable: a posted voucher is not changed'); END;
CREATE TRIGGER voucher_kept BEFORE DELETE ON store_voucher
BEGIN SELECT RAISE(ABORT, 'voucher.immutable: a posted voucher is not deleted'); END;
CREATE TRIGGER posting_unchanged BEFORE UPDATE ON store_posting
BEGIN SELECT RAISE(ABORT, 'posting.immutable: a posting is not changed'); END;
CREATE TRIGGER posting_kept BEFORE DELETE ON store_posting
BEGIN SELECT RAISE(ABORT, 'posting.immutable: a posting is not deleted'); END;
CREATE TRIGGER allocation_unchanged BEFORE UPDATE ON store_allocation
BEGIN SELECT RAISE(ABORT, 'allocation.immutable: an allocation is not changed'); END;
CREATE TRIGGER allocation_kept BEFORE DELETE ON store_allocation
BEGIN SELECT RAISE(ABORT, 'allocation.immutable: an allocation is not deleted'); END;
CREATE TRIGGER decision_unchanged BEFORE UPDATE ON store_decision
BEGIN SELECT RAISE(ABORT, 'decision.immutable: a decision is not changed'); END;
CREATE TRIGGER decision_kept BEFORE DELETE ON store_decision
BEGIN SELECT RAISE(ABORT, 'decision.immutable: a decision is not deleted'); END;
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON store_auditevent
BEGIN SELECT RAISE(ABORT, 'audit.immutable: the audit chain is not changed'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON store_auditevent
BEGIN SELECT RAISE(ABORT, 'audit.immutable: the audit chain is not deleted'); END;
CREATE TRIGGER file_unchanged BEFORE UPDATE ON store_bankfile
BEGIN SELECT RAISE(ABORT, 'file.immutable: a raw file is not changed'); END;
CREATE TRIGGER file_kept BEFORE DELETE ON store_bankfile
BEGIN SELECT RAISE(ABORT, 'file.immutable: a raw file is not deleted'); END;
CREATE TRIGGER chunk_unchanged BEFORE UPDATE ON store_bankfilechunk
BEGIN SELECT RAISE(ABORT, 'file.immutable: a raw file is not changed'); END;
CREATE TRIGGER chunk_kept BEFORE DELETE ON store_bankfilechunk
BEGIN SELECT RAISE(ABORT, 'file.immutable: a raw file is not deleted'); END;

CREATE TRIGGER transaction_money BEFORE UPDATE OF amount_minor, currency, account_id, company_id, booking_date
ON store_banktransaction
WHEN NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.account_id <> OLD.account_id
  OR NEW.company_id <> OLD.company_id OR NEW.booking_date <> OLD.booking_date
BEGIN SELECT RAISE(ABORT, 'transaction.immutable: the bank''s money is not changed'); END;
CREATE TRIGGER transaction_kept BEFORE DELETE ON store_banktransaction
BEGIN SELECT RAISE(ABORT, 'transaction.immutable: the bank''s money is not deleted'); END;
CREATE TRIGGER entry_money BEFORE UPDATE OF amount_minor, account_id, company_id, booking_date ON store_entry
WHEN NEW.amount_minor <> OLD.amount_minor OR NEW.account_id <> OLD.account_id
  OR NEW.company_id <> OLD.company_id OR NEW.booking_date <> OLD.booking_date
BEGIN SELECT RAISE(ABORT, 'entry.immutable: the bank''s money is not changed'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON store_entry
BEGIN SELECT RAISE(ABORT, 'entry.immutable: the bank''s money is not deleted'); END;

CREATE TRIGGER item_document BEFORE UPDATE OF amount_minor, currency, kind, number, party_id, company_id, direction
ON store_openitem
WHEN NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.kind <> OLD.kind
  OR NEW.number <> OLD.number OR NEW.party_id <> OLD.party_id OR NEW.company_id <> OLD.company_id
  OR NEW.direction <> OLD.direction
BEGIN SELECT RAISE(ABORT, 'item.immutable: a document is corrected by a credit note'); END;
CREATE TRIGGER item_kept BEFORE DELETE ON store_openitem
BEGIN SELECT RAISE(ABORT, 'item.immutable: a document is not deleted'); END;

CREATE TRIGGER posting_sealed BEFORE INSERT ON store_posting
WHEN EXISTS (SELECT 1 FROM store_voucher WHERE id = NEW.voucher_id)
BEGIN SELECT RAISE(ABORT, 'voucher.sealed: nothing is added to a posted voucher'); END;

CREATE TRIGGER voucher_seal BEFORE INSERT ON store_voucher
BEGIN
  SELECT RAISE(ABORT, 'voucher.empty: a voucher has two postings at least')
   WHERE (SELECT count(*) FROM store_posting WHERE voucher_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'voucher.unbalanced: debit and credit differ')
   WHERE EXISTS (SELECT 1 FROM store_posting WHERE voucher_id = NEW.id
                  GROUP BY currency HAVING sum(amount_minor) <> 0);
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

CREATE TRIGGER allocation_fits BEFORE INSERT ON store_allocation
WHEN NOT EXISTS (SELECT 1 FROM store_openitem
                  WHERE id = NEW.item_id AND company_id = NEW.company_id
                    AND remaining_minor - NEW.amount_minor BETWEEN 0 AND amount_minor)
BEGIN SELECT RAISE(ABORT, 'allocation.exceeds_remaining: more than the item has left'); END;
CREATE TRIGGER allocation_counts AFTER INSERT ON store_allocation
BEGIN UPDATE store_openitem SET remaining_minor = remaining_minor - NEW.amount_minor WHERE id = NEW.item_id; END;
