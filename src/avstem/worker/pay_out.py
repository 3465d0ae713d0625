"""The payments' part of a company's round: bills become orders, approved orders leave.

Each step is whole and taken up where it was left: killed between any two, the next round goes on.
"""

from dataclasses import dataclass, field
from datetime import datetime

from avstem.domain.errors import FileByHandError, RefusalError
from avstem.services.make_payment_files import make_payment_files
from avstem.services.prepare_payments import prepare_payments
from avstem.services.send_payment_file import files_to_send, send_payment_file
from avstem.store.payments import bills_are_selected, takes_payments
from avstem.store.tenancy import company_scope


@dataclass
class PaidOut:
    """What was done. `unsent` are files that could not be sent, with the reason, tried again later.

    `by_hand` are files that a person carries to the bank; `left_out` orders that went back to a
    person when the file was made.
    """

    prepared: int = 0
    approved: int = 0
    sent: list[str] = field(default_factory=list)
    payments_sent: int = 0
    left_out: int = 0
    by_hand: list[str] = field(default_factory=list)
    unsent: list[tuple[str, RefusalError]] = field(default_factory=list)


def pay_out(*, company_id: int, actor: str, now: datetime) -> PaidOut:
    """Prepare (unless people select), make files of what is approved, send what is to be sent.

    Nothing happens where no active agreement takes payments.
    """
    done = PaidOut()
    with company_scope(company_id):
        if not takes_payments(company_id):
            return done
        is_automatic = not bills_are_selected(company_id)
    if is_automatic:
        prepared = prepare_payments(company_id=company_id, only_new=True, actor=actor, now=now)
        done.prepared = len(prepared.orders)
        done.approved = sum(order.state == "approved" for order in prepared.orders)
    made = make_payment_files(company_id=company_id, actor=actor, now=now)
    done.left_out = len(made.refused)
    with company_scope(company_id):
        waiting = files_to_send(company_id)
    for file_id in waiting:
        _send(file_id, done, company_id, actor, now)
    return done


def _send(file_id: int, done: PaidOut, company_id: int, actor: str, now: datetime) -> None:
    try:
        file = send_payment_file(company_id=company_id, file_id=file_id, actor=actor, now=now)
    except FileByHandError as by_hand:
        done.by_hand.append(str(by_hand.facts()["file"]))
    except RefusalError as refusal:
        done.unsent.append((str(file_id), refusal))
    else:
        done.sent.append(file.remote_name)
        done.payments_sent += file.payments
