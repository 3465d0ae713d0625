"""Why a payment was matched, or was not."""

# rule -> what it goes by.
RULES: dict[str, str] = {
    "by_hand": "Matched by hand",
    "own_key": "The payment's own key came back from the bank",
    "structured_reference": "KID or other structured reference",
    "named_in_text": "Invoice named in the text",
    "account_and_amount": "The payer's account and the exact amount",
    "amount_of_party": "The amount fits open invoices of the same party",
    "collective": "The only sum of the party's open invoices",
    "early_payment": "Invoices named, less their discount for early payment",
    "payout": "A payment provider's payout, sale by sale",
    "prepayment": "Paid for an order that is not invoiced",
    "credit_refund": "What the customer had to its credit, paid back",
    "credit_drawn": "The party's credit settles an invoice",
    "near_reference": "A KID that is nearly right",
    "near_amount": "Account and nearly the amount",
    "own_transfer": "Transfer between own accounts",
    "exchanged": "An invoice in another currency than the money",
    "returned": "Money that came back",
    "amount": "An open invoice has exactly this amount",
    "part_of_party": "Part payment from a known account",
    "learnt_account": "An account learnt from earlier payments, and the exact amount",
    "booking_rule": "A rule of the company's",
    "standing_rule": "The bank's own charges and interest",
    "habit": "Booked by hand like this before",
}

# Why a transaction was left to a person without a suggestion (matching.decision.LeftBecause).
LEFT_BECAUSE: dict[str, str] = {
    "nothing_fits": "No open invoice fits the reference, the account, the name or the amount.",
    "reference_bad_check": (
        "The KID has a wrong check digit, so the payer has probably mistyped it."
    ),
    "reference_unknown": "The KID is a right one, but no invoice here has it.",
    "search_limit": (
        "The party has so many open items that a sum of some of them would prove nothing."
    ),
    "zero_amount": "The amount is zero: there is nothing to match.",
    "return_unknown": "Money came back, but the payment it belongs to was not found.",
    "automation_off": "Automation is off for this account: nothing is booked or suggested.",
}

# reason code -> the reason in words, with its facts. Facts that end in `_minor` are amounts.
REASONS: dict[str, str] = {
    "decided_by_hand": "A person decided it.",
    "set_aside.by_person": "A person has set it aside: {reason}",
    "own_key.end_to_end_id": "The bank answers with the id {key} of a payment we sent.",
    "own_key.instruction_id": "The bank answers with the id {key} of a payment we sent.",
    "own_key.payment_information_id": (
        "The bank answers with the id {key} of a batch of {payments} payments we sent."
    ),
    "own_key.message_id": (
        "The bank answers with the id {key} of a file of {payments} payments we sent."
    ),
    "own_key.returned": "The payment {key} that we sent has come back.",
    "kid.exact": "The reference {reference} is invoice {item}'s, and the amount is what is left.",
    "kid.exact_with_charge": (
        "The reference {reference} is invoice {item}'s, and the amount with the bank's charge of "
        "{charge_minor} is what is left."
    ),
    "kid.part": (
        "The reference {reference} is invoice {item}'s; {left_minor} was left, so it is a part."
    ),
    "kid.more": (
        "The reference {reference} is invoice {item}'s; only {left_minor} was left, "
        "and the rest stays on the party."
    ),
    "kid.less_discount": (
        "The reference {reference} is invoice {item}'s, and the amount is what is left less the "
        "discount for early payment."
    ),
    "text.less_discount": "The text names {items}, and the sum less the discount is the amount.",
    "account.less_discount": (
        "The account {account} is the party's, and {item} less its discount is the amount."
    ),
    "discount.taken": (
        "{percent} % may be left out of {item} until {day}: {discount_minor} with its VAT."
    ),
    "order.invoiced": "The text names the order {order}, and {item} of that order has the amount.",
    "prepayment.order": (
        "The text names the order {order}, and the account is {party}'s: the amount stays on the "
        "party until the invoice comes."
    ),
    "veto.order_unknown": "No invoice of that order is known, so a person looks first.",
    "veto.party_owes": "The party owes {items}, which it may be for.",
    "credit.named": "The payment named {item} or its order.",
    "credit.paid_back": "The account is {party}'s, who has exactly the amount to its credit.",
    "veto.credit_used": (
        "What it left on the party has settled another invoice since; take that back first."
    ),
    "credit.amount": "{item} is exactly what the party has to its credit.",
    "veto.credit_too_small": "The credit is not enough for all of {items}.",
    "veto.credit_not_prepaid": "It was paid too much or twice, so it may have to be paid back.",
    "veto.older_than_credit": "{item} is of {date}, from before the payment.",
    "veto.other_order": "{item} is of another order.",
    "payout.made_of": (
        "It is {provider}'s payout {payout}: sales of {gross_minor} and fees of {fees_minor}; "
        "{found} of {parts} lines are documents here."
    ),
    "veto.payout_unexplained": (
        "{unexplained_minor} of the payout is explained by no document; it stands on the account "
        "for what is not cleared."
    ),
    "veto.payout_differs": "The report has {net_minor} paid out, or lines that need a look.",
    "veto.one_sale_by_number": (
        "Only the number of one sale leads to {item}, and a shop's order may have the same number."
    ),
    "veto.factor_without_reference": (
        "{payer} is a factor and pays for many: only a structured reference says whose invoice."
    ),
    "veto.factor_not_exact": (
        "A factor pays something else than what is left of {item}: in advance, or less a charge."
    ),
    "own_transfer.own_name": "The other side is {name}: the company itself.",
    "veto.discount_late": "The discount on {item} could be taken until {day}.",
    "veto.discount_vat_unknown": (
        "The VAT of {item} is not known, so the VAT of the discount is not corrected here."
    ),
    "veto.discount_differs": "{item} less its discount would be {wanted_minor}.",
    "kid.paid_twice": (
        "The reference {reference} is invoice {item}'s, which is paid already: the amount stays "
        "on the party, to be paid back or used."
    ),
    "kid.several": "{count} invoices have the same reference; {item} is one of them.",
    "reference.each": "The payment has a reference for each of {items}.",
    "reference.bad_check": "The reference {reference} has a wrong check digit.",
    "reference.unknown": "The reference {reference} is a right one, but of no invoice here.",
    "reference.says": "The reference is invoice {item}'s.",
    "text.exact": "The text names {items}, and the sum is exactly the amount.",
    "text.names": "The text names {items}, but the sum is another.",
    "text.refund": "The text names {item}, which was paid: this may be money back.",
    "account.exact": "The account {account} is the party's, and {item} has exactly the amount.",
    "account.part": "The account {account} is the party's, and {item} is its oldest.",
    "amount.exact": "{items} has exactly the amount.",
    "amount.sum": "{items} have the amount in sum.",
    "name.alike": "The payer's name is like {party}.",
    "veto.chain_broken": (
        "The account's statements do not add up or follow on, so nothing is booked by itself."
    ),
    "veto.period_closed": "The day is in a closed period.",
    "veto.returned": "The bank marks it as a return or reversal.",
    "veto.currency": "{item} is in {currency}.",
    "veto.direction": "{item} is settled by money the other way.",
    "veto.newer_than_payment": "{item} is dated {date}, after the payment.",
    "veto.party_blocked": "{party} is blocked.",
    "veto.payment_on_its_way": "A payment of {item} is on its way already.",
    "veto.rejected_before": "This reading with {item} has been undone or refused before.",
    "veto.account_of_another": "The payer's account is known as {party}'s.",
    "veto.new_account": "The account {account} stands neither on the bill nor in the register.",
    "veto.amount_common": "{count} open items have this amount, so it says little.",
    "veto.fraction_of_another": "The amount is a half, a third or a quarter of {item}.",
    "veto.reference_of_another": "The reference {reference} is not this item's.",
    "veto.reference_bad_check": "The reference {reference} may be a mistyped one.",
    "veto.sum_differs": "The sum is not exactly the amount.",
    "veto.item_has_less_left": "{item} has less left than was sent.",
    "veto.another_fits_exactly": "{items} fits the amount exactly.",
    "veto.several_parties": "The items are several parties'.",
    "veto.claimed_by_several": "Another payment names the same invoice with the same amount.",
    "veto.only_a_number": "There is only a number to go by: no account, KID or name of {party}.",
    "veto.equal_candidates": "{items} items and {lines} payments fit equally well.",
    "veto.sum_of_others": "{items} fit the amount as well.",
    "amount.only_sum": "{items}, of {open} open ones, are the only sum that fits the amount.",
    "kid.near": "The KID {reference} is one slip from {kid}, that of {item} with this amount.",
    "kid.written_off": (
        "The reference {reference} is invoice {item}'s; the {missing_minor} that is missing is "
        "within what is written off."
    ),
    "returned.payment": "The payment of {date} came back; {items} is owed again. {why}",
    "own_transfer.both_sides": "The other side stands on {account}, {date}.",
    "own_transfer.named": "The payment names the own account {account}.",
    "veto.other_side_not_seen": "The other side of the transfer has not been seen yet.",
    "veto.several_payments": "{count} payments have this id and amount.",
    "veto.bare_number": (
        "Only the number {number} leads to {party}, and it may be something else."
    ),
    "veto.old_reference": (
        "{item} is paid and was another amount, and the party owes others: the reference may be an "
        "old one used again."
    ),
    "veto.rest_covers_another": "What is paid too much would settle {item} as well.",
    "text.range": "The text names {first} to {last}: {items} have the amount in sum.",
    "text.paid_already": (
        "The text names {item}, which is paid already: the amount stays on the party, to be paid "
        "back or used."
    ),
    "account.near": "The account {account} is the party's; {missing_minor} is missing of {item}.",
    "account.shared": (
        "The account {account} is several parties'; {item} of one of them has exactly the amount."
    ),
    "veto.sum_without_leave": "A sum that the payer does not name is booked only by leave.",
    "veto.many_open_items": "Among {open} open items a sum may fit by chance.",
    "veto.both_ledgers": "It would settle customers' and suppliers' items together.",
    "veto.text_names_another": "The text names {item}.",
    "exchange.original": "The bank says that it was {original}, of invoice {item}.",
    "exchange.implied": (
        "As payment of {item} it comes to a rate of {rate}; the day's rate is not known here."
    ),
    "exchange.implied_near": (
        "As payment of {item} it comes to a rate of {rate}; the rate of {day} is {known}, "
        "{distance} % away."
    ),
    "veto.original_unknown": "The bank does not say how much it was in {currency}.",
    "veto.rate_far": "The rate is so far from the day's that something else is in it.",
    "veto.charge_unclear": (
        "The bank took a charge, and its rate does not show whether it is in the amount."
    ),
    "veto.rate_unknown": (
        "No exchange rate of these days is known, so nothing in this currency is booked by itself. "
        "Import the rates of Norges Bank."
    ),
    "veto.value_far": "It was booked at a value that no rate explains: see that first.",
    "veto.value_unknown": "What {item} in {currency} was booked at is not known.",
    "veto.not_valued": "What it paid was booked before there were rates, without a value.",
    "veto.rule_on_probation": (
        "Answers of this kind have been wrong too often of late, so a person decides."
    ),
    "veto.account_proposes_only": (
        "On this account nothing is booked by itself: automation is set to suggest only."
    ),
    "veto.item_awaits": "Another payment of {item} waits for a person.",
    "veto.learnt_once": "The account has been confirmed only once.",
    "veto.account_of_several": "The account has also paid for {party}.",
    "record.so_far": "{right} of {of} like this were right.",
    "record.first": "None like it has been decided here before.",
    "record.earned": "So many like this were right that it is booked without asking.",
    "learnt.account": (
        "Learnt account: {account} has paid for {party} before (confirmed: {times}), and {item} "
        "has exactly the amount."
    ),
    "learnt.on_behalf": "The account {account} has paid for several, {party} among them.",
    "name.learnt": "The payer has been known by this name before, as {party}.",
    "booking_rule.covers": "The rule “{name}” (version {version}) covers it.",
    "standing.bank_charges": "The bank says itself that it is a charge: {said}.",
    "standing.interest_received": "The bank says itself that it is interest received: {said}.",
    "standing.interest_paid": "The bank says itself that it is interest paid: {said}.",
    "habit.decisions": "{count} earlier decisions booked such payments to {account}.",
    "habit.otherwise": "{count} earlier decisions booked it otherwise.",
    "veto.several_rules": "More than one rule covers it: {rules}.",
    "veto.undone_before": "It was booked before, and that was undone.",
    "veto.has_reference": "It has the reference {reference}, so it may be an invoice.",
    "veto.account_of_party": "The account {account} is a customer's or supplier's.",
}
