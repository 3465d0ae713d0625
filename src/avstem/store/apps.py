"""Django's name for the tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables are called `store_…`."""

    name = "avstem.store"
    label = "store"
