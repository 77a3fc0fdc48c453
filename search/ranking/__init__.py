"""The ranking policy of both engines: pure functions and constants, no index is opened here."""
