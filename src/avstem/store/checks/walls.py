"""The walls between companies, the links between rows, and the guards themselves."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from avstem.domain.open_item import ItemKind
from avstem.matching.keys import keys_of_document
from avstem.store.checks import Fault, rows
from avstem.store.models import OpenItem, ReferenceKey

#: How many of our triggers the migrations install.
GUARDS = {"sqlite": 70, "postgresql": 72}
CHUNK = 1_000


def rows_stay_in_their_company(company_id: int) -> Iterator[Fault]:
    """A row never points at a row of another company, and never at nothing."""
    for model in apps.get_app_config("store").get_models():
        if not _has_company(model):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.name != "company":
                yield from _strays(model, field, company_id)


def _strays(
    model: type[models.Model],
    field: "models.ForeignKey[models.Model, models.Model]",
    company_id: int,
) -> Iterator[Fault]:
    target = field.remote_field.model
    foreign = "OR b.company_id <> a.company_id" if _has_company(target) else ""
    sql = f"""
        SELECT a.id, a.{field.column} FROM {model._meta.db_table} a
          LEFT JOIN {target._meta.db_table} b ON b.id = a.{field.column}
         WHERE a.company_id = %(company)s AND a.{field.column} IS NOT NULL
           AND (b.id IS NULL {foreign})"""  # noqa: S608  # names from our own models
    for row_id, points_at in rows(sql, company_id):
        yield Fault(
            f"{model._meta.model_name} {row_id}",
            f"{field.name} {points_at}: not this company's",
            "a row of the same company",
        )


def _has_company(model: type[models.Model]) -> bool:
    return any(field.name == "company" for field in model._meta.concrete_fields)


def items_point_the_right_way(company_id: int) -> Iterator[Fault]:
    """An item's direction is its kind's, and wages and tax alone have an account of their own."""
    for kind in ItemKind:
        rows = OpenItem.objects.filter(company_id=company_id, kind=kind.value)
        for item in rows.exclude(direction=kind.direction).iterator(CHUNK):
            yield Fault(str(item), f"direction {item.direction}", f"{kind.direction}")
        for item in rows.filter(ledger_account__isnull=not kind.is_document).iterator(CHUNK):
            expected = "none" if kind.is_document else "the account that it is owed on"
            yield Fault(str(item), f"ledger account {item.ledger_account}", expected)


def reference_keys_are_whole(company_id: int) -> Iterator[Fault]:
    """Every document stands in the reference table under its own keys and no other."""
    items = OpenItem.objects.filter(company_id=company_id).order_by("pk")
    chunk: list[OpenItem] = []
    for item in items.iterator(CHUNK):
        chunk.append(item)
        if len(chunk) == CHUNK:
            yield from _wrong_keys(company_id, chunk)
            chunk = []
    yield from _wrong_keys(company_id, chunk)


def _wrong_keys(company_id: int, items: list[OpenItem]) -> Iterator[Fault]:
    wanted = {
        (item.pk, key.kind.value, key.value)
        for item in items
        for key in keys_of_document(
            ItemKind(item.kind), item.number, item.kid or None, item.order_number
        )
    }
    held = ReferenceKey.objects.filter(
        company_id=company_id,
        item_id__in=[item.pk for item in items],
        kind__in=("kid", "number", "order"),
    )
    found = set(held.values_list("item_id", "kind", "value"))
    for item_id, kind, value in sorted(wanted ^ found):
        there = (item_id, kind, value) in found
        yield Fault(f"{kind} {value} of item {item_id}", "there" if there else "missing",
                    "missing" if there else "there")  # fmt: skip


def guards_are_in_place(_company_id: int) -> Iterator[Fault]:
    """The triggers that keep posted rows unchanged are all there."""
    sql = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    [(count,)] = rows(sql, 0)
    if count < GUARDS[connection.vendor]:
        yield Fault("guards", f"{count} triggers", f"{GUARDS[connection.vendor]}")


CHECKS = {
    "rows stay in their company": rows_stay_in_their_company,
    "items point the right way": items_point_the_right_way,
    "reference keys are whole": reference_keys_are_whole,
    "guards are in place": guards_are_in_place,
}
