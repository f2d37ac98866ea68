"""The pages: each module answers one part of the office's day. They translate, authorise and answer, no more.

Every read starts at ``docservice.access``; every change is a use case's. A view is at most twenty lines.
"""
