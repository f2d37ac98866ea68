from django.db import migrations

from docservice import search_index


def index(apps, schema_editor):
    search_index.index_by_year(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("docservice", "0012_editions"),
    ]

    operations = [
        migrations.RunPython(index, migrations.RunPython.noop),
    ]
