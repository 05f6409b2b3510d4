"""Settings and the few things that every room uses."""
