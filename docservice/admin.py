"""The built-in admin, for administrators: accounts to mend, everything else to look at. The archive is never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from docservice.models import Account, ApiToken, Event, Job


class Site(admin.AdminSite):
    """Administrators only."""

    site_header = "docservice"
    site_title = "docservice"
    index_title = "ผู้ดูแลระบบ"

    def has_permission(self, request: HttpRequest) -> bool:
        """An active administrator."""
        return request.user.is_active and getattr(request.user, "role", "") == Account.ADMINISTRATOR


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own class takes no parameter at run time
    """Rows that are looked at, never changed."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever is let into the site."""
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever is let into the site."""
        return True


class AccountAdmin(LookOnly):
    """Accounts as they stand; they are made and changed on the people page, where every change is an event."""

    list_display = ("username", "first_name", "last_name", "role", "is_active")
    list_filter = ("role", "is_active")
    exclude = ("password", "groups", "user_permissions")


class EventAdmin(LookOnly):
    """The audit log."""

    list_display = ("at", "actor", "verb", "subject")
    list_filter = ("verb",)
    show_full_result_count = False


class JobAdmin(LookOnly):
    """The queue's jobs."""

    list_display = ("id", "title", "state", "requested_by", "requested_at")
    list_filter = ("state", "verb")
    show_full_result_count = False


class TokenAdmin(LookOnly):
    """API tokens; their digests are not shown."""

    list_display = ("account", "name", "prefix", "expires_at", "revoked_at")
    exclude = ("digest",)


admin.site.register(Account, AccountAdmin)
admin.site.register(ApiToken, TokenAdmin)
admin.site.register(Event, EventAdmin)
admin.site.register(Job, JobAdmin)
