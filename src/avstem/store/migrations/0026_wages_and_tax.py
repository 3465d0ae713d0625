"""Wages and tax are owed on an account of their own (ADR 69)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0025_lists_of_a_million'),
    ]

    operations = [
        migrations.AddField(
            model_name='openitem',
            name='ledger_account',
            field=models.CharField(max_length=10, null=True),
        ),
        migrations.AlterField(
            model_name='openitem',
            name='kind',
            field=models.CharField(choices=[('customer_invoice', 'customer_invoice'), ('customer_credit_note', 'customer_credit_note'), ('supplier_invoice', 'supplier_invoice'), ('supplier_credit_note', 'supplier_credit_note'), ('salary', 'salary'), ('tax', 'tax')], max_length=24),
        ),
    ]
