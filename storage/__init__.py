"""Keys to bytes: the write-once store, the OCFL archive on top of it, fixity and BagIt export. No Django, no Celery."""
