"""The screens: parse the request, call a service or a query, show the page."""
