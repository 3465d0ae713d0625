"""The command line: parse the request, call a service, show the answer."""
