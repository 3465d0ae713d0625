"""What was refused: what happened, then what the reader can do."""

# code -> what happened, then what the reader can do.
REFUSALS: dict[str, str] = {
    "file.unreadable": (
        "{file}: {place}: found “{found}”, expected {expected}. "
        "Nothing of the file was taken: mend it if it is your own, else ask for it again."
    ),
    "file.unknown_format": ("{file}: not a file avstem reads: {found}. Expected {expected}."),
    "file.not_opened": "{file} cannot be opened: {found}. Check the path and who may read it.",
    "file.too_large": "{file}: {bytes_found} bytes; at most {bytes_max} are read.",
    "file.outgoing_fault": (
        "{file} is not sent: at {place} it breaks the rule {rule} (found “{found}”; {faults} "
        "faults "
        "in all). Nothing has left. Correct the payment there and make the file again; if the "
        "payment is right, report this as an error of ours."
    ),
    "file.export_fault": (
        "{file} is not handed out: read back, it breaks the rule {rule} at {place} (found "
        "“{found}”). A file that was there before is as it was. Report this as an error of ours."
    ),
    "value.invalid": "{kind} “{found}” is not right: expected {expected}.",
    "not_found": "There is no {kind} {identifier} here. Check the number, or add it first.",
    "exists.differs": (
        "{kind} {identifier} is there already with other content ({differs}). What is there is not "
        "changed. Use another number; what is posted is corrected with a credit note."
    ),
    "currency.mismatch": (
        "The currency is {found}, but here it must be {expected}. Nothing was done. Check that it "
        "is the right file, invoice or account."
    ),
    "statement.account_not_iban": (
        "{file} is of the account {account}, which is not written as an IBAN. "
        "Choose the account beside the file (on the command line: --account IBAN); "
        "of a file with several accounts, export each by itself."
    ),
    "statement.account_not_named": (
        "{file} does not say which account it is of. "
        "Choose the account beside the file (on the command line: --account IBAN)."
    ),
    "statement.account_not_ours": (
        "{file}: the account {account} is not one of the company's. "
        "Add the account (on the command line: `avstem account add`), or import the file for the "
        "right company."
    ),
    "allocation.exceeds_remaining": (
        "You are settling {requested}, but only {remaining} is left. Choose a smaller amount."
    ),
    "booking.value_far": (
        "{difference} would be a gain or loss of rates, and no rate explains so much: the invoice "
        "was booked at a wrong value. Correct that first, or settle it by a voucher of your own."
    ),
    "booking.difference": (
        "A difference of {difference} is left. Add another item or book the rest to an account."
    ),
    "state.not_permitted": (
        "{kind} {identifier} is {found}; this can only be done when it is {expected}."
    ),
    "claim.already_booked": (
        "It is booked already: {by} posted voucher {voucher}. Nothing was posted twice. Look at "
        "the voucher, and undo it if it is wrong."
    ),
    "claim.already_undone": (
        "It is undone already: {by} posted voucher {voucher}, which reverses the booking. Nothing "
        "was posted twice."
    ),
    "claim.item_taken": (
        "{by} has settled {item} in the meantime, by voucher {voucher}: {requested} was wanted, "
        "and {remaining} is left. Nothing was posted. Match again to see what fits now."
    ),
    "period.closed": ("{booking_date} is in a closed period. Choose a date from {open_from}."),
    "undo.period_closed": (
        "Voucher {voucher} of {booking_date} is in a closed period, and the company has chosen "
        "that such bookings are not undone. Post a correction in an open period."
    ),
    "payment.payee_lacks": (
        "The payment cannot go to {account} yet, for something is missing: {missing}. Write it on "
        "the page of the bill, for that account, and change the account then."
    ),
    "payment.no_agreement": (
        "No account has an active agreement for payments in {currency}. Order one on the page of "
        "bank agreements, or with `avstem bank order`."
    ),
    "list.differs": (
        "The reference {reference} is another payment already, with other content ({differs}). "
        "Nothing was made of the row. Give it a reference of its own; if it corrects that payment, "
        "cancel that one first."
    ),
    "list.needs_reference": (
        "It pays what line {first} pays, and no reference tells them apart. If both are to be "
        "paid, give each a reference of its own in the list."
    ),
    "payment.not_proven": (
        "The payment {payment} is not taken for refused: {missing}. Wait for the account to show "
        "it, or ask the bank for its answer file."
    ),
    "undo.payment_begun": (
        "Voucher {voucher} is not undone: the payment {payment} of {item} is on its way, and of "
        "one bill only one payment is at a time. Wait until that one is settled, or cancel it."
    ),
    "undo.later_first": (
        "Voucher {voucher} is not undone: voucher {later} has changed {item} since then and rests "
        "on it. Undo {later} first."
    ),
    "connection.refused": (
        "{host} (port {port}) could not be reached: {found}. Nothing was sent; avstem tries again "
        "by itself. If it lasts, check the address, the firewall and the bank's own notices."
    ),
    "connection.host_key": (
        "{host} shows the key {found}, but {expected} was agreed on. Nothing was sent. Ask the "
        "bank, "
        "by telephone or in the internet bank, whether its key is new before you accept another."
    ),
    "connection.credentials": (
        "{host} does not let {user} in: {found}. Check the user name and the key or password in "
        "the agreement."
    ),
    "transfer.cut": (
        "The connection ended after {bytes_done} bytes of {file}: {found}. Nothing was delivered; "
        "avstem goes on from there at the next try."
    ),
    "transfer.full": (
        "There is no room for {file} where it should go: {found}. Nothing was delivered. "
        "Ask the bank, or make room in the folder."
    ),
    "transfer.refused": (
        "{file}: {action} was refused: {found}. Nothing was delivered. Check the folders and the "
        "rights in the agreement."
    ),
    "transfer.differs": (
        "Another file is there already as {file} ({bytes_there} bytes; ours has {bytes_ours}). "
        "It was left alone and ours was not sent. Find out what it is before anything is sent "
        "again."
    ),
    "transfer.changed": (
        "{file} changed while it was fetched: found {found}, expected {expected}. Nothing of "
        "it was "
        "taken; it is fetched again from the start."
    ),
    "transfer.unknown": (
        "The connection ended before the bank confirmed {file}: {found}. It is not known "
        "whether it "
        "was delivered. It is not sent again until that is clear."
    ),
    "transfer.unsafe_name": ("The file name “{name}” is not used: {found}."),
    "secret.unreadable": (
        "The secret {kind} {name} cannot be opened: {found}. Put the key it was kept with into "
        "AVSTEM_SECRET_KEYS or the key file, or enter the secret again."
    ),
    "rule.not_tried": (
        "Version {version} of the rule “{rule}” has not been tried on what happened before. "
        "Try it, look at the result, and switch it on then."
    ),
    "envelope.refused": "The bank refused the message: {bank_code} {bank_text}.",
    "envelope.untrusted": (
        "The bank's answer was not used: found {found}, expected {expected}. Check the bank's "
        "certificate in the agreement."
    ),
    "settlement.layout_unknown": (
        "{file} is known by name ({report}), but not how it is laid out, so nothing in it is "
        "guessed. Book the payout from the bank statement, with the fees of the report, and keep "
        "the report as the voucher."
    ),
    "settlement.differs": (
        "{file}: the payout {payout} ({provider}) is stored already with other content: {differs}. "
        "What is stored stands, and nothing of the file was taken. Ask the provider which is right."
    ),
    "agreement.account_not_permitted": (
        "The account {account} cannot be connected to a bank: it is {found}, and must be "
        "{expected}."
    ),
    "agreement.waiting": (
        "{booking_date} cannot be typed on {account} yet: from {activation_date} the bank is to "
        "tell of its transactions, and it has not said yes. Type the day when the agreement is "
        "active, or withdraw the order. Earlier days can be typed now."
    ),
    "agreement.not_covered": (
        "{file}: {day} on {account} is not of the days that the bank is to tell of (from "
        "{activation_date}). Nothing of the file was taken; upload it if you want it in the books."
    ),
    "rate.unknown": (
        "No rate of {currency} is known for {day}, so it has no value in {own} and nothing is "
        "booked. "
        "Fetch the rates of Norges Bank and take them in with `avstem rates import FILE`."
    ),
    "rate.differs": (
        "The rate of {currency} on {day} is known as {known} {own}, but the file has {found}. "
        "What is "
        "known stands, for books rest on it. Find out which is right; a wrong voucher is undone."
    ),
    "payment.altered": (
        "The payment {payment} is not what it was when it was shown or approved. Nothing is sent "
        "of it. Look at it again, and approve it as it stands if it is right."
    ),
    "payment.file_altered": (
        "{file} is not what was made of the approved payments, and is not sent. Somebody has "
        "changed the database: run avstem verify, and find out who."
    ),
    "payment.over_limit": (
        "The payment {payment} is {amount}, and you may approve up to {limit}. Ask somebody with a "
        "higher limit."
    ),
    "payment.not_an_approver": (
        "{person} is {role} here, and that role does not approve payments. Ask an owner, an "
        "accountant or an approver."
    ),
    "payment.own_account_change": (
        "You took in or changed the account number of the payment {payment}, so somebody else must "
        "approve it. Where nobody else can, write how you made sure that the account is right."
    ),
    "person.confirmation_wrong": (
        "That is not right, or it was used before. Wait for the next code, or use another way."
    ),
    "person.confirmation_locked": (
        "There were too many wrong codes. Wait {minutes} minutes, or use a passkey."
    ),
    "person.begun": "Somebody works here already. Sign in, or ask an owner to invite you.",
    "person.invitation_gone": (
        "The invitation does not work any more. Ask the one who invited you for a new one."
    ),
    "person.invited_another": (
        "The invitation is for {invited}. Sign out, and open the link again."
    ),
    "person.member_there": (
        "{email} works in the company already. Change the role on the page of people instead."
    ),
    "person.last_owner": ("{person} is the only owner. Make somebody else an owner first."),
    "role.not_permitted": (
        "Your role does not let you do that. Ask an owner or an accountant of the company."
    ),
    "company.there": (
        "{orgnr} is here already. Ask its owner to invite you; nobody can start it a second time."
    ),
    "suggestion.changed": (
        "Another suggestion stands on the transaction now than the one you saw. Look at it again."
    ),
    "person.standing_over_limit": (
        "You may approve up to {limit} in one payment, so you can stand for no more than that; you "
        "gave {amount}."
    ),
    "payment.file_by_hand": (
        "{file} is made, but nothing carries files to {bank}. Download it and upload it in the "
        "internet bank, and say here that it is there; or connect the agreement."
    ),
    "statement.not_repeated": (
        "Statement {statement} is not retired: no earlier one tells of the same days between the "
        "same balances, so money would be lost. If it is wrong, explain it and ask the bank."
    ),
    "statement.booked": (
        "Statement {statement} is not retired: {count} vouchers book money that only it tells of. "
        "Undo voucher {voucher} first."
    ),
    "statement.told_again": (
        "Statement {statement} is not restored: {other} has told of the same money since, and it "
        "would be there twice. Retire {other} first if it is the wrong one."
    ),
}
