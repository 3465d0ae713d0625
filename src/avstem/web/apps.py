"""Django's name for the screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template tags are found through this."""

    name = "avstem.web"
    label = "web"
