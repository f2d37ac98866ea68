from django.db import migrations

from docservice import search_index


def install(apps, schema_editor):
    search_index.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("docservice", "0005_archive_indexes"),
    ]

    operations = [
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
