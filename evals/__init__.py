"""How good the system is."""
