"""What is done for a user, as functions: plan, ask, carry out, compensate, verify, take back.

A service takes its options as values and a dialogue for questions and news. It returns what came of
it as a value. It knows no command line, renders no report, and prints nothing.
"""
