"""One idea a file. A rule decides for all lines at once, so that their order never matters."""
