"""The pages: each parses the request, asks a query or a service, and shows the answer."""
