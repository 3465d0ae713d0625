"""An order whose debit's booking is undone waits for its debit again."""

from importlib import import_module

from django.db import migrations

from avstem.store import payment_guards

_BEFORE = import_module("avstem.store.migrations.0018_settling_payments").ORDER_MOVES
ORDER_MOVES = (*_BEFORE, "settled>executed")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0023_payments_abroad'),
    ]

    operations = [
        migrations.RunPython(
            payment_guards.move_orders_by(ORDER_MOVES), migrations.RunPython.noop
        ),
    ]
