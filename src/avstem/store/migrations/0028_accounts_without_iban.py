from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0027_office_looks_at_cash'),
    ]

    operations = [
        migrations.AddField(
            model_name='payeedetail',
            name='account_bank',
            field=models.CharField(blank=True, default='', max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='payeedetail',
            name='account_number',
            field=models.CharField(blank=True, default='', max_length=34),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='payeedetail',
            name='account_set_by',
            field=models.CharField(blank=True, default='', max_length=140),
            preserve_default=False,
        ),
    ]
