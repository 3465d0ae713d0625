"""`avstem feed`: every day of every account, and what is wrong with it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from avstem.cli.common import Day, company_option, get_account, get_company, now, start
from avstem.cli.output import json_option, print_json

if TYPE_CHECKING:
    from avstem.domain.feed import FeedDay
    from avstem.services.account_feed import AccountFeed

#: How far back is looked where nobody says.
DAYS_BACK = 90


@click.command()
@company_option
@click.option("--account", "number", metavar="IBAN", help="One account (IBAN or 11 digits).")
@click.option("--from", "first", type=Day(), help="The first day; 90 days back if not given.")
@click.option("--to", "last", type=Day(), help="The last day; today if not given.")
@json_option
def command(
    orgnr: str, number: str | None, first: date | None, last: date | None, as_json: bool
) -> int:
    """What the bank has told of each day: in order, missing, late, told twice, changed afterwards.

    Prints the days that a person is to look at (--json: all days). Exit code 1: there are some.
    """
    start()
    from django.utils import timezone

    from avstem.services.account_feed import account_feed

    company = get_company(orgnr)
    until = last or timezone.localdate(now())
    found = account_feed(
        company_id=company.pk,
        first=first or until - timedelta(days=DAYS_BACK),
        last=until,
        account_id=None if number is None else get_account(company.pk, number).pk,
        now=now(),
    )
    if as_json:
        print_json([_document(each) for each in found])
    else:
        for each in found:
            _say(each)
    return int(any(each.faults for each in found))


def _say(feed: "AccountFeed") -> None:
    from avstem.wording.feed import day_state_help, day_state_text

    click.echo(f"{feed.rows.account.iban}: {len(feed.faults)} of {len(feed.days)} days to look at.")
    for each in feed.faults:
        state = each.state.value
        click.echo(f"  {each.day}  {day_state_text(state)}: {day_state_help(state)}")


def _document(feed: "AccountFeed") -> dict[str, Any]:
    return {
        "account": feed.rows.account.iban,
        "days": [_day(feed, each) for each in feed.days],
        "changed": [
            {
                "date": str(each.entry.booking_date),
                "reference": each.entry.reference,
                "known": {
                    "amount": _amount(feed, each.entry.amount_minor),
                    "text": each.entry.text,
                },
                "now": {"amount": each.facts["now"], "text": each.facts.get("text")},
                "statement": str(each.statement),
            }
            for each in feed.rows.alarms
        ],
    }


def _day(feed: "AccountFeed", day: "FeedDay") -> dict[str, Any]:
    names = {each.pk: str(each) for each in feed.rows.shown}
    return {
        "date": str(day.day),
        "state": day.state.value,
        "states": [each.value for each in day.states],
        "statements": [names[each] for each in day.statement_ids],
    }


def _amount(feed: "AccountFeed", minor: int) -> str:
    from avstem.domain.money import format_minor

    return format_minor(minor, feed.rows.account.currency)
