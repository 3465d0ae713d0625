from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0021_receipts_and_questions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('is_factor', True)), fields=['company'], name='party_factors'),
        ),
    ]
