from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from avstem.store import guards
from avstem.store.credit_guards import install_credit_guard
from avstem.store.tenancy import company_scope

DISCOUNT_ACCOUNTS = (
    ("discount_given", 3080, "Kontantrabatt på salg"),
    ("discount_received", 4371, "Kontantrabatt på innkjøp"),
)


def add_discount_accounts(apps: Any, _schema_editor: Any) -> None:
    """Companies of before get the accounts for discounts, on the next free number."""
    accounts = apps.get_model("store", "LedgerAccount")
    for company in apps.get_model("store", "Company").objects.all():
        with company_scope(company.pk):
            ours = accounts.objects.filter(company=company)
            taken = set(ours.values_list("number", flat=True))
            for role, first, name in DISCOUNT_ACCOUNTS:
                if not ours.filter(role=role).exists():
                    number = next(n for n in map(str, range(first, 10_000)) if n not in taken)
                    accounts.objects.create(
                        company=company, number=number, name=name, role=role
                    )
                    taken.add(number)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0018_settling_payments'),
    ]

    operations = [
        migrations.AddField(
            model_name='party',
            name='is_factor',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='openitem',
            name='order_number',
            field=models.CharField(max_length=35, null=True),
        ),
        migrations.AddField(
            model_name='openitem',
            name='vat_code',
            field=models.CharField(max_length=10, null=True),
        ),
        migrations.AddField(
            model_name='openitem',
            name='discounts',
            field=models.JSONField(null=True),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=Q(('item__isnull', True), ('party__isnull', False)), fields=['company', 'party'], name='posting_party_alone'),
        ),
        migrations.CreateModel(
            name='CreditUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_minor', models.BigIntegerField()),
                ('rule', models.CharField(max_length=40)),
                ('reasons', models.JSONField()),
                ('decided_by', models.CharField(max_length=140)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='store.company')),
                ('credit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='store.posting')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_uses', to='store.openitem')),
                ('voucher', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='credit_use', to='store.voucher')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'credit', 'item', 'voucher'), name='credit_use_once'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='credit_use_positive')],
            },
        ),
        migrations.RunPython(add_discount_accounts, migrations.RunPython.noop),
        migrations.RunPython(guards.build_wall("store_credituse"), migrations.RunPython.noop),
        migrations.RunPython(guards.keep_unchanged("store_credituse"), migrations.RunPython.noop),
        migrations.RunPython(install_credit_guard, migrations.RunPython.noop),
    ]
