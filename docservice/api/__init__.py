"""The API: what the pages do, for programs, under ``/api/v1``. It translates and authorises; the use cases do the rest.

``root`` puts it together; ``area`` is what every operation begins with; one module for each noun.
"""
