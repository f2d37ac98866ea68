"""``python -m docservice.cli``: the same as the ``docservice`` command."""

import sys

from docservice.cli import main

sys.exit(main())
