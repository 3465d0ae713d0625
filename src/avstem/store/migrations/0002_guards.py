"""The tables enforce what must hold: triggers on both databases, row-level security on PostgreSQL."""

from django.db import migrations

from avstem.store import guards


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
