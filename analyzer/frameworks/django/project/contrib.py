"""Models of Django's own applications, whose migrations no repository has.

Source: django 5.2, contrib/*/migrations: the types are what these make, and not what settings say.
"""

from collections.abc import Mapping

OWN: Mapping[tuple[str, str], tuple[str, str, str]] = {
    # by app and model: the table, its primary key, the kind of field that this is
    ("auth", "user"): ("auth_user", "id", "AutoField"),
    ("auth", "group"): ("auth_group", "id", "AutoField"),
    ("auth", "permission"): ("auth_permission", "id", "AutoField"),
    ("contenttypes", "contenttype"): ("django_content_type", "id", "AutoField"),
    ("sites", "site"): ("django_site", "id", "AutoField"),
    ("admin", "logentry"): ("django_admin_log", "id", "AutoField"),
    ("sessions", "session"): ("django_session", "session_key", "CharField"),
    ("flatpages", "flatpage"): ("django_flatpage", "id", "AutoField"),
    ("redirects", "redirect"): ("django_redirect", "id", "AutoField"),
}
