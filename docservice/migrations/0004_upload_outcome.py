from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("docservice", "0003_matrix")]

    operations = [migrations.AddField(model_name="upload", name="outcome", field=models.JSONField(null=True))]
