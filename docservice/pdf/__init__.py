"""The evidence engine: one file becomes pages, many files become one stamped, bookmarked book. No Django, no Celery.

``convert.to_piece`` reads one file, ``book.make_book`` makes the book; the other modules are named after their noun.
Only this package (and ``docservice.render.pdfcheck``) knows the PDF libraries.
"""
