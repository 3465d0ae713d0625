"""Settings, addresses and start-up: where the parts are joined."""
