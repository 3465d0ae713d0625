"""What belongs together: which open items a bank transaction settles, and why.

Pure: decides over values it is given, never books. `engine.decide` is the way in.
"""
