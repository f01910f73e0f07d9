"""The sandbox, driven from outside like the platform it plays."""
