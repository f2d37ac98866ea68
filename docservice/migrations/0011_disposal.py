from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("docservice", "0010_condition"),
    ]

    operations = [
        migrations.AddField("dossier", "disposed", models.JSONField(null=True)),
    ]
