from django.db import migrations

from avstem.store import guards

#: What else the office's worklist reads since it says whose money runs out (ADR 34, 64).
WINDOWS = ('entry', 'openitem')


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0026_wages_and_tax'),
    ]

    operations = [
        migrations.RunPython(
            guards.open_office_window(f'store_{table}'), migrations.RunPython.noop
        )
        for table in WINDOWS
    ]
