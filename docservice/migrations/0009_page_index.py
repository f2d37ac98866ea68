from django.db import migrations

from docservice import page_index


def install(apps, schema_editor):
    page_index.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("docservice", "0008_redaction"),
    ]

    operations = [
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
